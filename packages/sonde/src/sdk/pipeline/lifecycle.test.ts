import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestBed } from '../../testing/test-bed.ts';
import { Deadline, DeadlineError, withDeadline } from './deadline.ts';
import { Lifecycle, type LifecycleSteps, settleAll } from './lifecycle.ts';

function setUp(steps: Partial<LifecycleSteps> = {}) {
  const { clock, host } = createTestBed({ seed: 0 });
  const calls: string[] = [];
  const lifecycle = new Lifecycle(
    {
      what: 'Thing',
      stopTaking: () => void calls.push('stop'),
      flush: async () => void calls.push('flush'),
      close: async () => void calls.push('close'),
      ...steps,
    },
    host,
  );
  return { clock, host, calls, lifecycle };
}

const never = (): Promise<void> => new Promise(() => {});

describe('Lifecycle', () => {
  it('stops taking at once, then flushes, then closes', async () => {
    const { calls, lifecycle } = setUp();
    const done = lifecycle.shutdown();
    assert.deepEqual(calls, ['stop']);
    assert.equal(lifecycle.isShutdown, true);
    await done;
    assert.deepEqual(calls, ['stop', 'flush', 'close']);
  });

  it('shuts down once, and gives every caller the same promise', async () => {
    const { calls, lifecycle } = setUp();
    const first = lifecycle.shutdown();
    assert.equal(lifecycle.shutdown(), first);
    await first;
    assert.equal(lifecycle.shutdown(), first);
    assert.deepEqual(calls, ['stop', 'flush', 'close']);
  });

  it('waits for a running shutdown in forceFlush and does nothing after it', async () => {
    const { calls, lifecycle } = setUp();
    const shutdown = lifecycle.shutdown();
    await lifecycle.forceFlush();
    assert.deepEqual(calls, ['stop', 'flush', 'close']);
    await shutdown;
    await lifecycle.forceFlush();
    assert.deepEqual(calls, ['stop', 'flush', 'close']);
  });

  it('closes also when the flush fails, and rejects with what failed', async () => {
    const { calls, lifecycle } = setUp({ flush: () => Promise.reject(new Error('cannot send')) });
    await assert.rejects(lifecycle.shutdown(), /cannot send/);
    assert.deepEqual(calls, ['stop', 'close']);
  });

  it('tells all failures as one AggregateError', async () => {
    const { lifecycle } = setUp({
      flush: () => {
        throw new Error('first');
      },
      close: () => Promise.reject(new Error('second')),
    });
    await assert.rejects(lifecycle.shutdown(), (error: AggregateError) => {
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(
        error.errors.map((each: Error) => each.message),
        ['first', 'second'],
      );
      assert.match(error.message, /Thing\.shutdown\(\) failed in 2 ways: first; second/);
      return true;
    });
  });

  it('rejects a flush at its deadline and not before', async () => {
    const { clock, lifecycle } = setUp({ flush: never });
    const outcomes: Error[] = [];
    lifecycle.forceFlush({ timeoutMillis: 50 }).catch((error) => outcomes.push(error));
    await clock.advance(49);
    assert.equal(outcomes.length, 0);
    await clock.advance(1);
    const [outcome] = outcomes;
    assert.ok(outcome instanceof DeadlineError);
    assert.match(outcome.message, /Thing\.forceFlush\(\) took longer than 50 ms/);
  });

  it('bounds a flush by 30 s when nobody says, and by nothing when 0 is said', async () => {
    const { clock, lifecycle } = setUp({ flush: never });
    const outcomes: string[] = [];
    lifecycle.forceFlush().catch(() => outcomes.push('default'));
    lifecycle.forceFlush({ timeoutMillis: 0 }).catch(() => outcomes.push('none'));
    lifecycle.forceFlush({ timeoutMillis: -3 }).catch(() => outcomes.push('negative'));
    await clock.advance(29_999);
    assert.deepEqual(outcomes, []);
    await clock.advance(1);
    assert.deepEqual(outcomes, ['default', 'negative']);
    await clock.advance(1_000_000);
    assert.deepEqual(outcomes, ['default', 'negative']);
  });

  it('still closes when the flush of a shutdown hangs', async () => {
    const { calls, clock, lifecycle } = setUp({ flush: never });
    const shutdown = lifecycle.shutdown({ timeoutMillis: 20 });
    await assert.rejects(clock.run(shutdown), DeadlineError);
    await clock.advance(0);
    assert.deepEqual(calls, ['stop', 'close']);
  });

  it('gives closing what the flush has left of the time, and no bound where none is wanted', async () => {
    for (const [flushMillis, timeoutMillis, left] of [
      [400, 1000, 600],
      [999, 1000, 1],
      [5000, 1000, 1],
      [5000, 0, Number.POSITIVE_INFINITY],
    ] as const) {
      const given: number[] = [];
      const { clock, host, lifecycle } = setUp({
        flush: () => new Promise((resolve) => host.setTimer(resolve, flushMillis)),
        close: async (millis) => void given.push(millis),
      });
      const shutdown = lifecycle.shutdown({ timeoutMillis }).catch(() => {});
      await clock.advance(flushMillis + 1);
      await shutdown;
      assert.deepEqual(given, [left]);
    }
  });

  it('holds the process no longer than the bound, however many levels there are', async () => {
    const inner = setUp({ flush: never, close: never });
    const { clock, host } = inner;
    const outer = new Lifecycle(
      {
        what: 'Outer',
        flush: (timeoutMillis) => inner.lifecycle.forceFlush({ timeoutMillis }),
        close: (timeoutMillis) => inner.lifecycle.shutdown({ timeoutMillis }),
      },
      host,
    );
    const shutdown = outer.shutdown({ timeoutMillis: 1000 });
    await clock.advance(1003);
    await assert.rejects(shutdown, /Outer\.shutdown\(\) took longer than 1000 ms/);
    assert.equal(clock.pendingTimers, 0);
  });

  it('closes without a flush when closing flushes', async () => {
    const { calls, lifecycle } = setUp({ closeFlushes: true });
    await lifecycle.shutdown();
    assert.deepEqual(calls, ['stop', 'close']);
  });

  it('counts what stopping takes as part of the time', async () => {
    const given: number[] = [];
    const { host } = createTestBed({ seed: 0 });
    let time = 0;
    const steps: LifecycleSteps = {
      what: 'Thing',
      stopTaking: (timeoutMillis) => {
        given.push(timeoutMillis);
        time += 300;
      },
      flush: never,
      closeFlushes: true,
      close: async (timeoutMillis) => void given.push(timeoutMillis),
    };
    const lifecycle = new Lifecycle(steps, { ...host, now: () => time });
    await lifecycle.shutdown({ timeoutMillis: 1000 });
    assert.deepEqual(given, [1000, 700]);
  });

  it('leaves closing without a bound where there is none', async () => {
    const given: number[] = [];
    const { lifecycle } = setUp({ closeFlushes: true, close: async (millis) => void given.push(millis) });
    await lifecycle.shutdown({ timeoutMillis: 0 });
    assert.deepEqual(given, [Number.POSITIVE_INFINITY]);
  });

  it('bears a shutdown that calls shutdown', async () => {
    let inner: Promise<void> | undefined;
    const { lifecycle } = setUp({
      stopTaking: () => {
        inner = lifecycle.shutdown();
      },
    });
    const outer = lifecycle.shutdown();
    assert.equal(inner, outer);
    await outer;
  });
});

describe('withDeadline', () => {
  it('leaves no timer behind when the work settles first', async () => {
    const { clock, host } = createTestBed({ seed: 0 });
    assert.equal(await withDeadline(Promise.resolve(7), 100, 'Work', host), 7);
    await assert.rejects(withDeadline(Promise.reject(new Error('no')), 100, 'Work', host), /no/);
    assert.equal(clock.pendingTimers, 0);
  });

  it('takes a bound that no timer can have as none', async () => {
    const { clock, host } = createTestBed({ seed: 0 });
    void withDeadline(never(), 0x8000_0000, 'Work', host);
    assert.equal(clock.pendingTimers, 0);
    withDeadline(never(), 0x7fff_ffff, 'Work', host).catch(() => {});
    assert.equal(clock.pendingTimers, 1);
  });
});

describe('Deadline', () => {
  it('hands out what is left, and never a length that means no bound', async () => {
    const { clock, host } = createTestBed({ seed: 0 });
    const deadline = new Deadline(100, host);
    await clock.advance(60);
    assert.equal(deadline.remaining(), 40);
    await clock.advance(60);
    assert.equal(deadline.remaining(), 1);
    assert.equal(new Deadline(Number.POSITIVE_INFINITY, host).remaining(), 0x7fff_ffff);
    assert.equal(new Deadline(0, host).remaining(), 0x7fff_ffff);
  });
});

describe('settleAll', () => {
  it('waits for all of them before it tells what failed', async () => {
    const order: string[] = [];
    const late = Promise.resolve().then(() => void order.push('late'));
    await assert.rejects(settleAll('All', [Promise.reject(new Error('early')), late]), /early/);
    assert.deepEqual(order, ['late']);
  });
});
