/** Every value lies in the bucket it was counted in, at every scale, and no count is lost on the way to a coarser one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ExponentialHistogramSeries, type ExponentialSettings } from './exponential-histogram.ts';
import { bucketIndex, MAX_SCALE, MIN_SCALE } from './exponential-mapping.ts';

const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });

/** The bounds of a bucket as logarithms to the base of two: the numbers themselves may not be doubles. */
const lower = (index: number, scale: number): number => index / 2 ** scale;

const settings: ExponentialSettings = {
  maxSize: 160,
  maxScale: MAX_SCALE,
  zeroThreshold: 0,
  hasMinMax: true,
  hasSum: true,
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('exponential buckets', () => {
  it('hold the value they are chosen for', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: MIN_SCALE, max: MAX_SCALE }), (value, scale) => {
        const index = bucketIndex(value, scale);
        const logarithm = Math.log2(value);
        // A logarithm near 1,000 has 13 bits less behind the point than one near 0.
        const error = Math.max(1, Math.abs(logarithm)) * 2 ** -50;
        assert.ok(logarithm >= lower(index, scale) - error, `${value} below bucket ${index}`);
        assert.ok(logarithm <= lower(index + 1, scale) + error, `${value} above bucket ${index}`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('hold powers of two as their upper bound, exactly', () => {
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      for (let scale = MIN_SCALE; scale <= MAX_SCALE; scale++) {
        const index = bucketIndex(2 ** exponent, scale);
        const expected = scale > 0 ? exponent * 2 ** scale - 1 : Math.ceil(exponent / 2 ** -scale) - 1;
        assert.equal(index, expected, `2 ** ${exponent} at scale ${scale}`);
      }
    }
  });

  it('lose nothing and never exceed their number, whatever comes', () => {
    const value = fc.oneof(
      positive,
      positive.map((each) => -each),
      fc.constant(0),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (all, maxSize) => {
          const series = new ExponentialHistogramSeries({}, [0, 0], { ...settings, maxSize });
          for (const each of all) series.record(each);
          const { value: taken } = series.take([0, 0], [0, 0], false);
          const halves = [taken.positive, taken.negative];
          assert.equal(
            halves.reduce((sum, half) => sum + total(half.bucketCounts), taken.zeroCount),
            all.length,
          );
          for (const { bucketCounts } of halves) assert.ok(bucketCounts.length <= maxSize);
          assert.ok(taken.scale >= MIN_SCALE && taken.scale <= MAX_SCALE);
          for (const [sign, { offset, bucketCounts }] of [
            [1, taken.positive],
            [-1, taken.negative],
          ] as const) {
            const expected = new Array(bucketCounts.length).fill(0);
            for (const each of all)
              if (each * sign > 0) expected[bucketIndex(each * sign, taken.scale) - offset]++;
            assert.deepEqual(bucketCounts, expected);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('begin anew after a reset, with the finest scale', () => {
    const series = new ExponentialHistogramSeries({}, [0, 0], settings);
    for (const value of [1e-9, 1e9]) series.record(value);
    const first = series.take([0, 0], [0, 0], true).value;
    series.record(3);
    const second = series.take([0, 0], [0, 0], true).value;
    assert.ok(first.scale < MAX_SCALE);
    assert.deepEqual([second.scale, second.count, second.sum, second.positive.bucketCounts], [20, 1, 3, [1]]);
  });
});
