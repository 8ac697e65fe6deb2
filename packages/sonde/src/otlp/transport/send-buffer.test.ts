import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Timer } from '#platform';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { ExporterTally } from '../../sdk/common/exporter-tally.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import { SPAN_RECORDS } from '../../sdk/common/self-metrics.ts';
import type { DropReason, Ledger } from '../../sdk/pipeline/direct-export.ts';
import type { EncodedBatch } from '../signal-codec.ts';
import { sendBufferAccount } from './pending.ts';
import type { SendRequest, SendResult, Transport } from './send.ts';
import { SendBuffer, type SendBufferHost, type SendBufferOptions } from './send-buffer.ts';

/** A clock that stands until it is told to run; timers fire in order, and promises settle in between. */
class DrivenHost implements SendBufferHost {
  time = 0;
  chance = 0.5;
  #timers: { at: number; callback: () => void; holding: boolean }[] = [];

  now = (): number => this.time;
  random = (): number => this.chance;
  setTimer = (callback: () => void, milliseconds: number): Timer => this.#set(callback, milliseconds, false);
  setHoldingTimer = (callback: () => void, milliseconds: number): Timer =>
    this.#set(callback, milliseconds, true);
  clearTimer = (timer: Timer): void => {
    this.#timers = this.#timers.filter((other) => (other as unknown) !== timer);
  };

  get timers(): number {
    return this.#timers.length;
  }

  get holding(): number {
    return this.#timers.filter((timer) => timer.holding).length;
  }

  async run(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    await settle();
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.time = Math.max(this.time, next.at);
      this.clearTimer(next as unknown as Timer);
      next.callback();
      await settle();
    }
    this.time = until;
  }

  #set(callback: () => void, milliseconds: number, holding: boolean): Timer {
    const timer = { at: this.time + milliseconds, callback, holding };
    this.#timers.push(timer);
    return timer as unknown as Timer;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A receiver whose answers the test gives by hand, or by a script. */
class DrivenTransport implements Transport {
  readonly destination = 'http://receiver/v1/traces';
  readonly requests: SendRequest[] = [];
  readonly open: ((result: SendResult) => void)[] = [];
  script: ((request: SendRequest) => SendResult | undefined) | undefined;
  closed = false;

  send = (request: SendRequest): Promise<SendResult> => {
    this.requests.push(request);
    const answer = this.script?.(request);
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve) => this.open.push(resolve));
  };

  describe(request: SendRequest): ReturnType<Transport['describe']> {
    return { url: this.destination, headers: {}, body: request.body, byteLength: request.byteLength };
  }

  readExitAnswer = (): SendResult => ACCEPTED;

  close(): void {
    this.closed = true;
    for (const resolve of this.open.splice(0)) resolve({ kind: 'retryable', message: 'closed' });
  }
}

class Accounts implements Ledger {
  acknowledged = 0;
  readonly drops: { count: number; reason: DropReason; detail: string | undefined }[] = [];
  acknowledge(count: number): void {
    this.acknowledged += count;
  }
  drop(count: number, reason: DropReason, detail?: string): void {
    this.drops.push({ count, reason, detail });
  }
  get dropped(): number {
    return this.drops.reduce((sum, drop) => sum + drop.count, 0);
  }
  get reasons(): DropReason[] {
    return this.drops.map((drop) => drop.reason);
  }
}

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0 };
const BUSY: SendResult = { kind: 'retryable', message: 'HTTP 503' };
const RESOURCE = { attributes: {} } as unknown as Resource;

function setUp(options: Partial<SendBufferOptions> = {}) {
  const host = new DrivenHost();
  const transport = new DrivenTransport();
  const ledger = new Accounts();
  const buffer = new SendBuffer({
    tally: new ExporterTally({ kind: SPAN_RECORDS, type: 'test' }),
    signal: 'spans',
    transport,
    complete: (batch) => [Buffer.from('<'), batch.scopes, Buffer.from('>')],
    concurrencyLimit: 3,
    maxBufferBytes: 1_000_000,
    maxRequestBytes: 10_000,
    timeoutMillis: 10_000,
    maxRetryAgeMillis: 300_000,
    retry: 'persistent',
    host,
    ...options,
  });
  opened.push(buffer);
  /** Puts a settled batch of `count` records whose message is `text`. */
  const put = (text: string, count = 1, within?: number): void => {
    const bytes = Buffer.from(text);
    buffer.put({ resource: RESOURCE, scopes: bytes, count }, [bytes], ledger, within);
  };
  const sent = (): string[] => transport.requests.map((request) => Buffer.concat(request.body).toString());
  return { host, transport, ledger, buffer, put, sent };
}

const opened: SendBuffer[] = [];
const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));

afterEach(() => {
  for (const buffer of opened.splice(0)) buffer.close();
  assert.equal(sendBufferAccount.heldBytes, 0, 'every byte is given back');
  assert.equal(sendBufferAccount.buffers.size, 0);
  said.length = 0;
});

describe('sending', () => {
  it('starts in the order of arrival, several at once and no more than the limit', async () => {
    const { transport, put, sent, ledger, host } = setUp();
    for (const text of ['a', 'b', 'c', 'd', 'e']) put(text);
    assert.deepEqual(sent(), ['a', 'b', 'c']);
    transport.open.shift()!(ACCEPTED);
    await host.run(0);
    assert.deepEqual(sent(), ['a', 'b', 'c', 'd']);
    for (const answer of transport.open.splice(0)) answer(ACCEPTED);
    await host.run(0);
    for (const answer of transport.open.splice(0)) answer(ACCEPTED);
    await host.run(0);
    assert.deepEqual(sent(), ['a', 'b', 'c', 'd', 'e']);
    assert.equal(ledger.acknowledged, 5);
    assert.equal(host.timers, 0);
  });

  it('counts what a partial success refuses, and not more than there was', async () => {
    const { transport, put, ledger, host } = setUp();
    transport.script = () => ({ kind: 'accepted', rejected: 3, message: 'too old' });
    put('a', 10);
    put('b', 2);
    await host.run(0);
    assert.equal(ledger.acknowledged, 7);
    assert.deepEqual(
      ledger.drops.map(({ count, reason }) => [count, reason]),
      [
        [3, 'rejected'],
        [2, 'rejected'],
      ],
    );
    assert.match(ledger.drops[0]!.detail ?? '', /too old/);
  });

  it('drops what is refused, and never sends it again', async () => {
    const { transport, put, ledger, host, sent } = setUp();
    transport.script = () => ({ kind: 'rejected', message: 'HTTP 400' });
    put('a', 4);
    await host.run(1_000_000);
    assert.equal(sent().length, 1);
    assert.deepEqual(ledger.drops, [
      { count: 4, reason: 'rejected', detail: 'http://receiver/v1/traces: HTTP 400' },
    ]);
  });

  it('compresses once, whatever the number of attempts, and accounts for the smaller size', async () => {
    let compressed = 0;
    const compress = async (): Promise<Uint8Array[]> => {
      compressed++;
      return [Buffer.from('z')];
    };
    const { transport, put, sent, host } = setUp({ compress });
    const answers: SendResult[] = [BUSY, BUSY, ACCEPTED];
    transport.script = () => answers.shift();
    put('a'.repeat(100));
    const before = sendBufferAccount.heldBytes;
    await host.run(0);
    assert.equal(before - sendBufferAccount.heldBytes, 99);
    await host.run(60_000);
    assert.deepEqual(sent(), ['z', 'z', 'z']);
    assert.equal(compressed, 1);
    assert.ok(
      transport.requests.every((request) => request.contentEncoding === 'gzip' && request.byteLength === 1),
    );
  });

  it('goes out plain when compressing fails', async () => {
    const compress = (): Promise<Uint8Array[]> => Promise.reject(new Error('no gzip here'));
    const { transport, put, sent, host } = setUp({ compress });
    transport.script = () => ACCEPTED;
    put('a');
    await host.run(0);
    assert.deepEqual(sent(), ['a']);
    assert.equal(transport.requests[0]!.contentEncoding, undefined);
  });

  it('survives a transport that breaks its contract', async () => {
    const { transport, put, ledger, host } = setUp();
    for (const reason of [new Error('against the contract'), Object.create(null)]) {
      transport.send = () => Promise.reject(reason);
      put('a');
      await host.run(0);
    }
    transport.send = () => Promise.resolve(ACCEPTED);
    await host.run(10_000);
    assert.equal(ledger.acknowledged, 2);
  });
});

describe('retrying', () => {
  it('waits out its backoff while others go on', async () => {
    const { transport, put, sent, host, ledger } = setUp();
    transport.script = (request) =>
      Buffer.concat(request.body as Uint8Array[]).toString() === 'a' && transport.requests.length === 1
        ? BUSY
        : ACCEPTED;
    put('a');
    await host.run(0);
    put('b');
    await host.run(499);
    assert.deepEqual(sent(), ['a', 'b']);
    await host.run(1);
    assert.deepEqual(sent(), ['a', 'b', 'a']);
    assert.equal(ledger.acknowledged, 2);
  });

  it('honours Retry-After, later than the backoff would have been', async () => {
    const { transport, put, sent, host } = setUp();
    transport.script = () =>
      transport.requests.length === 1 ? ({ ...BUSY, retryAfterMillis: 60_000 } as SendResult) : ACCEPTED;
    put('a');
    await host.run(59_999);
    assert.equal(sent().length, 1);
    await host.run(1);
    assert.equal(sent().length, 2);
  });

  it('says at the first failure what is kept and for how long', async () => {
    const { transport, put, host } = setUp({ signal: 'once' });
    transport.script = () => BUSY;
    put('a');
    await host.run(0);
    assert.deepEqual(said, [
      'once to http://receiver/v1/traces: HTTP 503; kept and sent again for up to 300 s',
    ]);
  });

  it('gives up after maxRetryAgeMillis, and before it never', async () => {
    const { transport, put, ledger, host } = setUp();
    transport.script = () => BUSY;
    put('a', 3);
    await host.run(290_000);
    assert.equal(ledger.dropped, 0);
    await host.run(10_000);
    assert.deepEqual(ledger.reasons, ['retry_expired']);
    assert.equal(ledger.dropped, 3);
    assert.equal(host.timers, 0);
  });

  it('gives up at once when the receiver asks for more time than there is', async () => {
    const { transport, put, ledger, host } = setUp();
    transport.script = () => ({ ...BUSY, retryAfterMillis: 300_000 }) as SendResult;
    put('a');
    await host.run(0);
    assert.deepEqual(ledger.reasons, ['retry_expired']);
  });

  it('by the specification lets the timeout cover all attempts, counted from the first', async () => {
    const { transport, put, ledger, host } = setUp({ retry: 'spec', concurrencyLimit: 1 });
    put('slow');
    put('a');
    await host.run(60_000);
    transport.script = () => BUSY;
    transport.open.shift()!(ACCEPTED);
    await host.run(5_000);
    assert.equal(ledger.dropped, 0);
    await host.run(5_000);
    assert.deepEqual(ledger.reasons, ['retry_expired']);
    const timeouts = transport.requests.slice(1).map((request) => request.timeoutMillis);
    assert.ok(
      timeouts.length > 2 &&
        timeouts.every((timeout, index) => index === 0 || timeout < timeouts[index - 1]!),
    );
  });

  it('probes a dead receiver with one request at a time, and says when it is back', async () => {
    const { transport, put, host, ledger } = setUp({ maxRetryAgeMillis: 10_000_000 });
    transport.script = () => BUSY;
    for (let index = 0; index < 500; index++) put(`batch ${index}`);
    await host.run(60_000);
    assert.ok(
      transport.requests.length < 60,
      `${transport.requests.length} attempts in a minute for 500 batches`,
    );
    transport.script = () => ACCEPTED;
    await host.run(10_000);
    assert.equal(ledger.acknowledged, 500);
  });
});

describe('bounds', () => {
  it('drop the newest when the bytes over all buffers are used up', async () => {
    const first = setUp({ maxBufferBytes: 2_000 });
    const second = setUp({ maxBufferBytes: 2_000 });
    first.put('a'.repeat(488));
    second.put('b'.repeat(488));
    assert.equal(sendBufferAccount.heldBytes, 2_000);
    second.put('');
    assert.deepEqual(second.ledger.reasons, ['queue_full']);
    assert.match(second.ledger.drops[0]!.detail ?? '', /maxBufferBytes is 2000/);
    first.transport.open.shift()!(ACCEPTED);
    await first.host.run(0);
    second.put('c');
    assert.equal(second.ledger.drops.length, 1);
  });

  it('drop a message that the resource makes too large', async () => {
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => Promise.resolve(),
    };
    const { buffer, ledger, host } = setUp({ maxRequestBytes: 11 });
    const put = (length: number): void =>
      buffer.put(
        { resource: resource as unknown as Resource, scopes: Buffer.alloc(length), count: 1 },
        undefined,
        ledger,
      );
    put(9);
    put(10);
    await host.run(0);
    assert.deepEqual(ledger.reasons, ['too_large']);
  });
});

describe('a resource that has not settled', () => {
  function pending(): { resource: Resource; done: () => void } {
    let done = (): void => undefined;
    const settled = new Promise<void>((resolve) => {
      done = resolve;
    });
    const resource = { attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: () => settled };
    return {
      resource: resource as unknown as Resource,
      done: () => [Object.assign(resource, { asyncAttributesPending: false }), done()],
    };
  }
  const batchOf = (resource: Resource, text: string): EncodedBatch => ({
    resource,
    scopes: Buffer.from(text),
    count: 1,
  });

  it('is waited for, and its batches go out in order', async () => {
    const { buffer, ledger, host, sent } = setUp();
    const { resource, done } = pending();
    buffer.put(batchOf(resource, 'a'), undefined, ledger);
    buffer.put(batchOf(resource, 'b'), undefined, ledger);
    await host.run(4_000);
    assert.deepEqual(sent(), []);
    done();
    await host.run(0);
    assert.deepEqual(sent(), ['<a>', '<b>']);
  });

  it('is waited for at most five seconds, once', async () => {
    const { buffer, ledger, host, sent } = setUp();
    const { resource } = pending();
    buffer.put(batchOf(resource, 'a'), undefined, ledger);
    await host.run(4_999);
    assert.deepEqual(sent(), []);
    await host.run(1);
    assert.deepEqual(sent(), ['<a>']);
    buffer.put(batchOf(resource, 'b'), undefined, ledger);
    assert.deepEqual(sent(), ['<a>', '<b>']);
  });

  it('that rejects, throws or has nothing to wait for is not waited for', async () => {
    for (const waitForAsyncAttributes of [
      () => Promise.reject(new Error('no')),
      undefined,
      () => {
        throw new Error('no');
      },
    ]) {
      const { buffer, ledger, host, sent } = setUp();
      const resource = {
        attributes: {},
        asyncAttributesPending: true,
        waitForAsyncAttributes,
      } as unknown as Resource;
      buffer.put(batchOf(resource, 'a'), undefined, ledger);
      await host.run(0);
      assert.deepEqual(sent(), ['<a>']);
    }
  });

  it('whose message cannot be put together loses its batch and nothing else', async () => {
    const { buffer, ledger, host, put, sent } = setUp({
      complete: () => {
        throw new Error('bad resource');
      },
    });
    const { resource, done } = pending();
    buffer.put(batchOf(resource, 'a'), undefined, ledger);
    done();
    await host.run(0);
    put('b');
    assert.deepEqual(ledger.drops, [{ count: 1, reason: 'encoding_failed', detail: 'bad resource' }]);
    assert.deepEqual(sent(), ['b']);
  });
});

describe('an awaited answer', () => {
  it('comes within its time, waiting or not, and holds the process until then', async () => {
    const { transport, put, ledger, host } = setUp({ concurrencyLimit: 1 });
    put('blocks');
    put('queued', 1, 1_000);
    assert.equal(host.holding, 1);
    await host.run(999);
    assert.equal(ledger.dropped, 0);
    await host.run(1);
    assert.deepEqual(ledger.reasons, ['timeout']);
    assert.equal(host.holding, 0);
    transport.open.shift()!(ACCEPTED);
    await host.run(0);
    assert.deepEqual(transport.requests.length, 1);
  });

  it('bounds each attempt by what is left', async () => {
    const { transport, put, host } = setUp();
    transport.script = () => BUSY;
    put('a', 1, 3_000);
    await host.run(3_000);
    assert.ok(transport.requests.length > 1);
    assert.ok(
      transport.requests.every((request, index) =>
        index === 0 ? request.timeoutMillis === 3_000 : request.timeoutMillis < 3_000,
      ),
    );
  });
});

describe('draining', () => {
  it('settles with what was taken before, not with what came after', async () => {
    const { transport, buffer, put, host } = setUp();
    put('a');
    let drained = false;
    buffer.drain(5_000).then(() => {
      drained = true;
    });
    put('b');
    assert.equal(host.holding, 1);
    transport.open.shift()!(ACCEPTED);
    await host.run(0);
    assert.ok(drained);
    assert.equal(host.holding, 0);
  });

  it("does not wait out our own backoff, but the receiver's word", async () => {
    for (const [retryAfterMillis, requests] of [
      [undefined, 2],
      [60_000, 1],
    ] as const) {
      const { transport, buffer, put, host, sent } = setUp();
      transport.script = () => ({ ...BUSY, retryAfterMillis }) as SendResult;
      put('a');
      await host.run(0);
      buffer.drain(1_000).catch(() => undefined);
      await host.run(0);
      assert.equal(sent().length, requests);
    }
  });

  it('rejects at its deadline and says how much is left', async () => {
    const { buffer, put, host } = setUp();
    put('a');
    put('b');
    const drained = buffer.drain(100);
    const rejected = assert.rejects(drained, /2 of the spans batches .* not acknowledged after 100 ms/);
    await host.run(100);
    await rejected;
  });

  it('resolves at once when nothing is held, and when what was held is dropped', async () => {
    const { transport, buffer, put, host } = setUp();
    await buffer.drain(100);
    transport.script = () => ({ kind: 'rejected', message: 'no' });
    put('a');
    await Promise.all([buffer.drain(100), host.run(0)]);
  });
});

describe('closing', () => {
  it('drops what is left, once, and takes nothing more', async () => {
    const { transport, buffer, put, ledger, host } = setUp({ concurrencyLimit: 1 });
    put('in flight', 2);
    put('queued', 3);
    buffer.close();
    put('late', 4);
    await host.run(1_000_000);
    assert.ok(transport.closed);
    assert.deepEqual(
      ledger.drops.map(({ count, reason }) => [count, reason]),
      [
        [2, 'timeout'],
        [3, 'timeout'],
        [4, 'already_shutdown'],
      ],
    );
    assert.equal(host.timers, 0);
  });
});

describe('the way out', () => {
  it('hands over everything unconfirmed, oldest first, and settles it', async () => {
    const { transport, buffer, put, ledger, host } = setUp({ concurrencyLimit: 1 });
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => new Promise(() => undefined),
    };
    put('in flight', 1);
    buffer.put(
      { resource: resource as unknown as Resource, scopes: Buffer.from('settling'), count: 2 },
      undefined,
      ledger,
    );
    put('queued', 4);
    const pending = buffer.pendingForExit();
    const texts = pending.map(({ request }) => Buffer.concat(request.body as Uint8Array[]).toString());
    assert.deepEqual(texts, ['in flight', '<settling>', 'queued']);
    pending[0]!.settle(ACCEPTED);
    pending[1]!.settle({ kind: 'accepted', rejected: 1 });
    pending[2]!.settle(BUSY);
    assert.equal(ledger.acknowledged, 2);
    assert.deepEqual(
      ledger.drops.map(({ count, reason }) => [count, reason]),
      [
        [1, 'rejected'],
        [4, 'process_ended'],
      ],
    );
    transport.open.shift()!(ACCEPTED);
    await host.run(0);
    assert.equal(ledger.acknowledged, 2, 'an answer that comes after all changes nothing');
    pending[0]!.settle(BUSY);
    assert.equal(ledger.dropped, 5);
  });
});

describe('the accounts', () => {
  const result: fc.Arbitrary<SendResult | undefined> = fc.oneof(
    { weight: 4, arbitrary: fc.constant(ACCEPTED) },
    fc.record({ kind: fc.constant('accepted' as const), rejected: fc.nat(20) }),
    fc.record({ kind: fc.constant('rejected' as const), message: fc.constant('no') }),
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('retryable' as const),
        message: fc.constant('busy'),
        retryAfterMillis: fc.option(fc.nat(400_000), { nil: undefined }),
      }),
    },
    fc.constant(undefined),
  );
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        put: fc.nat(600),
        count: fc.integer({ min: 1, max: 10 }),
        within: fc.option(fc.nat(5_000), { nil: undefined }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ run: fc.nat(20_000) }) },
    fc.record({ answer: result }),
    fc.record({ drain: fc.nat(2_000) }),
  );

  it('balance at every step, for any receiver', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.array(result, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        async (steps, answers, spec) => {
          const { transport, buffer, ledger, put, host } = setUp({
            maxBufferBytes: 8_000,
            retry: spec ? 'spec' : 'persistent',
          });
          let next = 0;
          transport.script = () => answers[next++ % answers.length];
          let made = 0;
          const held = (): number => buffer.pendingForExit().reduce((sum, batch) => sum + batch.count, 0);
          const check = (): void => assert.equal(made, ledger.acknowledged + ledger.dropped + held());
          for (const action of steps) {
            if ('put' in action) {
              made += action.count;
              put('x'.repeat(action.put), action.count, action.within);
            } else if ('run' in action) await host.run(action.run);
            else if ('drain' in action) buffer.drain(action.drain).catch(() => undefined);
            else transport.open.shift()?.(action.answer ?? ACCEPTED);
            check();
            assert.ok(sendBufferAccount.heldBytes <= 8_000);
          }
          for (let round = 0; round < 5; round++) {
            for (const answer of transport.open.splice(0)) answer(ACCEPTED);
            await host.run(400_000);
          }
          for (const answer of transport.open.splice(0)) answer(ACCEPTED);
          await host.run(400_000);
          buffer.close();
          assert.equal(made, ledger.acknowledged + ledger.dropped);
          assert.equal(sendBufferAccount.heldBytes, 0);
          assert.equal(host.timers, 0, 'no timer is left');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('when nobody listens at the end', () => {
  const REFUSED: SendResult = { kind: 'retryable', message: 'connect ECONNREFUSED', isUnreachable: true };

  function ending(count: number) {
    const bed = setUp();
    const attempts: number[] = [];
    bed.transport.script = () => {
      if (attempts.at(-1) !== bed.host.time) attempts.push(bed.host.time);
      return REFUSED;
    };
    for (let index = 0; index < count; index++) bed.put(String(index));
    return { ...bed, attempts };
  }

  const outcomeOf = async (promise: Promise<void>): Promise<string> =>
    promise.then(
      () => 'resolved',
      (error: Error) => error.message,
    );

  for (const count of [1, 3, 40]) {
    it(`gives ${count} batches up after attempts within a second, and says so once`, async () => {
      const { buffer, host, ledger, attempts } = ending(count);
      await host.run(0);
      attempts.length = 0;
      buffer.beginEnd(10_000);
      const outcome = outcomeOf(buffer.drain(30_000));
      await host.run(999);
      assert.equal(ledger.dropped, 0);
      assert.deepEqual(attempts, [0, 100, 300, 700]);
      await host.run(1);
      assert.equal(await outcome, 'nobody listens at http://receiver/v1/traces: connect ECONNREFUSED');
      assert.deepEqual(attempts.slice(4), [1_000]);
      assert.deepEqual([ledger.dropped, ledger.acknowledged, buffer.size], [count, 0, 0]);
      assert.deepEqual(ledger.reasons, ['retry_expired']);
      assert.match(ledger.drops[0]?.detail ?? '', /^nobody listens at http:\/\/receiver\/v1\/traces: /);
      assert.equal(host.holding, 0);
    });
  }

  it('needs no further second for what comes after that', async () => {
    const { buffer, host, put, ledger, transport } = ending(1);
    buffer.beginEnd(10_000);
    await host.run(1_000);
    const before = transport.requests.length;
    put('late');
    const outcome = outcomeOf(buffer.drain(30_000));
    // The probe of a destination that refused is due at once, as somebody waits.
    await host.run(0);
    assert.equal(transport.requests.length, before + 1);
    assert.equal(ledger.dropped, 2);
    assert.match(await outcome, /^nobody listens at /);
  });

  it('delivers where somebody comes back within the second', async () => {
    const { buffer, host, ledger, transport } = ending(5);
    buffer.beginEnd(10_000);
    const outcome = outcomeOf(buffer.drain(30_000));
    await host.run(650);
    transport.script = () => ACCEPTED;
    await host.run(50);
    assert.equal(await outcome, 'resolved');
    assert.deepEqual([ledger.acknowledged, ledger.dropped], [5, 0]);
  });

  it('begins the second anew after any other failure, and waits no longer than the timeout', async () => {
    const { buffer, host, ledger, transport } = ending(1);
    buffer.beginEnd(10_000);
    const outcome = outcomeOf(buffer.drain(30_000));
    await host.run(650);
    transport.script = () => BUSY;
    await host.run(9_299);
    assert.equal(ledger.dropped, 0);
    await host.run(1);
    assert.equal(
      await outcome,
      'http://receiver/v1/traces: not acknowledged before the time of the shutdown was over',
    );
    assert.deepEqual([...ledger.reasons, host.holding], ['timeout', 0]);
    buffer.close();
    assert.equal(host.timers, 0);
  });

  it('waits for no receiver that is silent beyond the end', async () => {
    const { buffer, host, put, ledger } = setUp();
    put('sent');
    await host.run(0);
    buffer.beginEnd(1_000);
    const outcome = outcomeOf(buffer.drain(30_000));
    await host.run(949);
    assert.equal(ledger.dropped, 0);
    await host.run(1);
    assert.match(await outcome, /not acknowledged before the time of the shutdown was over/);
    assert.deepEqual([...ledger.reasons, host.holding, buffer.size], ['timeout', 0, 0]);
  });

  it('ends what an export waits for, whenever it was called', async () => {
    const { buffer, host, put, ledger } = setUp();
    put('before', 1, 10_000);
    buffer.beginEnd(1_000);
    await host.run(500);
    put('after', 1, 10_000);
    await host.run(500);
    put('late', 1, 10_000);
    assert.deepEqual([...ledger.reasons, ledger.dropped, host.holding], ['timeout', 'timeout', 3, 0]);
  });

  it('waits without a bound where there is none', async () => {
    const { buffer, host, put, ledger, transport } = setUp();
    transport.script = () => BUSY;
    put('a');
    buffer.beginEnd(Infinity);
    const outcome = outcomeOf(buffer.drain(0));
    await host.run(60_000);
    assert.equal(ledger.dropped, 0);
    transport.script = () => ACCEPTED;
    await host.run(10_000);
    assert.equal(await outcome, 'resolved');
  });

  it('does not wait for an attempt that the receiver wants later than the end', async () => {
    for (const beginsFirst of [false, true]) {
      const { buffer, host, put, ledger, transport } = setUp();
      transport.script = () => ({ ...BUSY, retryAfterMillis: 950 }) as SendResult;
      if (beginsFirst) buffer.beginEnd(1_000);
      put('a');
      await host.run(0);
      if (!beginsFirst) buffer.beginEnd(1_000);
      assert.deepEqual(ledger.reasons, ['retry_expired']);
      assert.equal(buffer.size, 0);
    }
  });

  it('does wait for one that comes in time', async () => {
    const { buffer, host, put, ledger, transport } = setUp();
    transport.script = () => ({ ...BUSY, retryAfterMillis: 949 }) as SendResult;
    put('a');
    await host.run(0);
    buffer.beginEnd(1_000);
    transport.script = () => ACCEPTED;
    await host.run(948);
    assert.equal(transport.requests.length, 1);
    await host.run(1);
    assert.equal(ledger.acknowledged, 1);
  });

  it('counts the time that the refused attempt took', async () => {
    const { buffer, host, put, ledger, transport } = setUp();
    put('a');
    buffer.beginEnd(10_000);
    await host.run(5_000);
    assert.equal(ledger.dropped, 0);
    transport.open[0]!(REFUSED);
    await host.run(0);
    assert.deepEqual([transport.requests.length, ledger.dropped], [1, 1]);
  });

  it('says nothing of attempts that are tried again within the second', async () => {
    const { buffer, host } = ending(3);
    buffer.beginEnd(10_000);
    await host.run(1_000);
    assert.deepEqual(said, []);
  });

  it('keeps the batch where it is no end', async () => {
    const { buffer, host, ledger } = ending(1);
    const outcome = outcomeOf(buffer.drain(30_000));
    await host.run(29_999);
    assert.equal(ledger.dropped, 0);
    await host.run(1);
    assert.match(await outcome, /not acknowledged after 30000 ms/);
    assert.equal(buffer.size, 1);
  });

  it('cuts no drain short that asks for less', async () => {
    const { buffer, host } = ending(1);
    buffer.beginEnd(10_000);
    const outcome = outcomeOf(buffer.drain(500));
    await host.run(500);
    assert.match(await outcome, /not acknowledged after 500 ms/);
  });
});
