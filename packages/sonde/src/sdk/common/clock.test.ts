import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  Clock,
  ClockAnchor,
  type ClockSource,
  fillEpochNanos,
  fillTicks,
  hrTimeDifference,
  hrTimeFromInput,
  ticksToDuration,
  ticksToHrTime,
  type U64,
} from './clock.ts';

const u64 = (): U64 => ({ high: 0, low: 0 });
const nanosOf = ({ high, low }: U64): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

function fakeSource(): ClockSource & { ticks: number; wall: number } {
  const source = {
    ticks: 100,
    wall: 1_700_000_000_100,
    timeOrigin: 1_700_000_000_000,
    now: () => source.ticks,
    wallClock: () => source.wall,
  };
  return source;
}

describe('a time as 64 bits', () => {
  it('is exact for every second and nanosecond until the year 2100', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        (s, n) => {
          const target = u64();
          fillEpochNanos(s, n, target);
          assert.equal(nanosOf(target), BigInt(s) * 1_000_000_000n + BigInt(n));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('agrees with the tuple that users see, for ticks up to a year', () => {
    const anchor = new ClockAnchor(1_763_889_600_123.456);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3.2e10, noNaN: true }), (ticks) => {
        const target = u64();
        fillTicks(anchor, ticks, target);
        const [seconds, nanos] = ticksToHrTime(anchor, ticks);
        assert.ok(nanos >= 0 && nanos < 1e9);
        assert.equal(nanosOf(target), BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Clock', () => {
  it('anchors to the time origin when the wall clock agrees with it', () => {
    const clock = new Clock(fakeSource());
    assert.deepEqual(ticksToHrTime(clock.anchor, 1500.000001), [1_700_000_001, 500_000_001]);
  });

  it('takes a new anchor when the wall clock was moved, and leaves the old one to the records that have it', () => {
    const source = fakeSource();
    const clock = new Clock(source);
    const before = clock.anchor;
    source.ticks += 2000;
    source.wall += 2000 + 3_600_000;
    const ticks = clock.now();
    assert.notEqual(clock.anchor, before);
    assert.equal(ticksToHrTime(clock.anchor, ticks)[0], 1_700_003_602);
    assert.equal(ticksToHrTime(before, ticks)[0], 1_700_000_002);
  });

  it('does not take jitter for a change', () => {
    const source = fakeSource();
    const clock = new Clock(source);
    const before = clock.anchor;
    for (const jitter of [0, 19, -19]) {
      source.ticks += 2000;
      source.wall = source.timeOrigin + source.ticks + jitter;
      clock.now();
      assert.equal(clock.anchor, before);
    }
  });
});

describe('a time given by a caller', () => {
  it('is kept to the nanosecond', () => {
    assert.deepEqual(hrTimeFromInput([1_700_000_000, 123_456_789]), [1_700_000_000, 123_456_789]);
    assert.deepEqual(hrTimeFromInput([1, 1_500_000_000]), [2, 500_000_000]);
    assert.deepEqual(hrTimeFromInput(new Date(1_700_000_000_123)), [1_700_000_000, 123_000_000]);
    assert.deepEqual(hrTimeFromInput(1_700_000_000_123.25), [1_700_000_000, 123_250_000]);
  });

  it('is a reading of performance.now() when it is small', () => {
    const [seconds] = hrTimeFromInput(1000) ?? [0];
    assert.ok(Math.abs(seconds - performance.timeOrigin / 1000) < 3);
  });

  it('is undefined for everything that is no time', () => {
    const none = [
      NaN,
      Infinity,
      -1,
      [1],
      [1, 2, 3],
      [0.5, 0],
      [-1, 0],
      ['1', 2],
      new Date(NaN),
      'now',
      null,
      {},
    ];
    for (const value of none) assert.equal(hrTimeFromInput(value as never), undefined);
  });
});

describe('a duration', () => {
  it('is never negative', () => {
    assert.deepEqual(ticksToDuration(-5), [0, 0]);
    assert.deepEqual(hrTimeDifference([5, 0], [4, 999_999_999]), [0, 0]);
    assert.deepEqual(hrTimeDifference([4, 999_999_999], [5, 0]), [0, 1]);
  });
});
