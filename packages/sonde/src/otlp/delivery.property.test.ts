/**
 * The whole way of a span, real but for time, chance and the network: batching engine, OTLP exporter, send buffer, and
 * a receiver that counts. Seeded: SONDE_SEED=<seed> repeats one run alone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { SPAN_RECORDS } from '../sdk/common/self-metrics.ts';
import { Batcher } from '../sdk/pipeline/batcher.ts';
import { fakeSpan } from '../sdk/traces/fake-span.fixture.ts';
import type { ReadableSpan } from '../sdk/traces/readable-span.ts';
import type { NetworkFaults } from '../testing/fake-network.ts';
import { createTestBed, type TestBed } from '../testing/test-bed.ts';
import { OtlpExporter } from './exporter.ts';
import { sinkOf } from './sink.ts';
import { tracesJson } from './traces/encode-json.ts';
import type { Transport } from './transport/send.ts';
import { SendBuffer } from './transport/send-buffer.ts';

const RUNS = 200;

function seeds(): number[] {
  const given = process.env['SONDE_SEED'];
  return given === undefined ? Array.from({ length: RUNS }, (_, index) => index + 1) : [Number(given)];
}

interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly spanId: string }[] }[];
  }[];
}

/** The span ids of an OTLP/JSON message. */
function spanIds(body: Uint8Array): string[] {
  const request = JSON.parse(new TextDecoder().decode(body)) as TraceRequest;
  return request.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)),
  );
}

interface Chain extends TestBed {
  readonly batcher: Batcher<ReadableSpan>;
  make(count: number): void;
  made(): number;
}

function createChain(seed: number, faults: NetworkFaults, maxBufferBytes = 64 * 1024 * 1024): Chain {
  const bed = createTestBed({ seed, decode: spanIds });
  const { clock, random, network, host } = bed;
  network.setFaults(faults);
  const transport: Transport = {
    send: network.send,
    destination: 'the fake network',
    describe: () => {
      throw new Error('only asked when the process ends');
    },
    readExitAnswer: () => {
      throw new Error('only asked when the process ends');
    },
    close: () => {},
  };
  const tally = new ExporterTally({ kind: SPAN_RECORDS, type: 'test' });
  const buffer = new SendBuffer({
    tally,
    signal: 'traces',
    transport,
    complete: (batch) => tracesJson.complete(batch),
    concurrencyLimit: random.integer(1, 30),
    maxBufferBytes,
    maxRequestBytes: 1_000_000,
    timeoutMillis: 2_000,
    maxRetryAgeMillis: 300_000,
    retry: 'persistent',
    host: { ...clock, now: clock.now, random: random.next },
  });
  const exporter = new OtlpExporter<ReadableSpan>({
    signal: 'traces',
    tally,
    timeoutMillis: 200_000,
    waitOnShutdown: true,
    open: () => sinkOf({ codec: tracesJson, buffer, tally, maxRequestBytes: 1_000_000 }),
  });
  const batcher = new Batcher<ReadableSpan>({
    owner: 'BatchSpanProcessor',
    records: 'spans',
    self: { kind: SPAN_RECORDS, type: 'test' },
    exporter,
    host,
    maxQueueSize: 2048,
    maxExportBatchSize: random.pick([1, 17, 512]),
    scheduledDelayMillis: random.pick([0, 100, 5000]),
    exportTimeoutMillis: 30_000,
    onFull: 'encode',
  });
  let made = 0;
  const make = (count: number): void => {
    for (let left = count; left > 0; left--) {
      batcher.add(fakeSpan());
      made++;
    }
  };
  return { ...bed, batcher, make, made: () => made };
}

async function live(chain: Chain): Promise<void> {
  const { batcher, clock, random } = chain;
  for (let step = random.integer(1, 8); step > 0; step--) {
    chain.make(random.pick([1, 5, 60, random.chance(0.2) ? 1100 : 20]));
    if (random.chance(0.2)) batcher.forceFlush({ timeoutMillis: random.pick([1, 3000]) }).catch(() => {});
    await clock.advance(random.pick([0, 3, 150, 4000]));
  }
}

async function eachSeed(run: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds()) {
    try {
      await run(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
}

describe('Delivery over a network with faults', () => {
  before(() => setGlobalErrorHandler(() => {}));
  after(() => setGlobalErrorHandler(undefined));

  it('loses nothing to losses, resets, busy receivers and an outage, and acknowledges each span once', () =>
    eachSeed(async (seed) => {
      const bad = (share: number): number => (seed % 3 === 0 ? share / 3 : share);
      const chain = createChain(seed, {
        latencyMillis: [1, 300],
        ...{ lostRequest: bad(0.1), lostAnswer: bad(0.1), reset: bad(0.1), resetAfter: bad(0.1) },
        ...{ duplicate: bad(0.1), slow: bad(0.1), busy: bad(0.2) },
      });
      const { batcher, clock, network, receiver } = chain;
      await live(chain);
      network.setDown(true);
      await live(chain);
      network.setDown(false);
      network.setFaults({ latencyMillis: [1, 50] });
      await clock.run(batcher.shutdown({ timeoutMillis: 250_000 }));
      const made = chain.made();
      assert.deepEqual(batcher.ledger.accounts(), {
        made,
        acknowledged: made,
        dropped: 0,
        held: 0,
        droppedBy: {},
      });
      assert.equal(receiver.unique, made);
    }));

  it('accounts for every span when the receiver also refuses, and when the shutdown is cut short', () =>
    eachSeed(async (seed) => {
      const chain = createChain(
        seed,
        { latencyMillis: [1, 300], lostAnswer: 0.1, reset: 0.1, busy: 0.2, refused: 0.05, partial: 0.1 },
        // Small enough to be used up in some runs. The account is the process's: nothing else may hold bytes here.
        seed % 2 === 0 ? 40_000 : 64 * 1024 * 1024,
      );
      const { batcher, clock, random, receiver } = chain;
      await live(chain);
      const shutdown = batcher.shutdown({ timeoutMillis: random.pick([1, 2000, 250_000]) });
      await clock.run(shutdown).catch(() => {});
      await clock.advance(400_000);
      const { made, acknowledged, dropped, held } = batcher.ledger.accounts();
      assert.equal(made, chain.made());
      assert.equal(held, 0);
      assert.equal(acknowledged + dropped, made);
      assert.ok(acknowledged <= receiver.unique, 'what was acknowledged has arrived');
    }));
});
