/** Exponential histograms that are added and taken apart are those that one series would have made of the same values. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ExponentialHistogramSeries } from '../aggregation/exponential-histogram.ts';
import { bucketIndex, MAX_SCALE } from '../aggregation/exponential-mapping.ts';
import { DataPointType, type ExponentialHistogramValue, type MetricData } from '../metric-data.ts';
import { addedValue, differenceOf } from './point-arithmetic.ts';

const METRIC = { dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM } as MetricData;
const SETTINGS = { maxSize: 160, maxScale: MAX_SCALE, zeroThreshold: 0, hasMinMax: true, hasSum: true };

const size = fc.oneof(
  fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }),
  fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
  fc.constant(0),
);
const batch = fc.array(
  fc.oneof(
    size,
    size.map((each) => -each),
  ),
  { minLength: 1, maxLength: 12 },
);

function histogramOf(values: readonly number[]): ExponentialHistogramValue {
  const series = new ExponentialHistogramSeries({}, [0, 0], SETTINGS);
  for (const value of values) series.record(value);
  return series.take([0, 0], [0, 0], false).value;
}

/** Counts by index, without those that are zero. */
function countsOf({ offset, bucketCounts }: ExponentialHistogramValue['positive']): Map<number, number> {
  const counts = bucketCounts.map((count, index) => [offset + index, count] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

function naive(values: readonly number[], sign: number, scale: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (value * sign <= 0) continue;
    const index = bucketIndex(value * sign, scale);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}

function assertHolds(histogram: ExponentialHistogramValue, values: readonly number[]): void {
  const { scale, count, zeroCount, positive, negative } = histogram;
  assert.deepEqual(countsOf(positive), naive(values, 1, scale));
  assert.deepEqual(countsOf(negative), naive(values, -1, scale));
  assert.deepEqual([count, zeroCount], [values.length, values.filter((value) => value === 0).length]);
}

describe('arithmetic of exponential histograms', () => {
  it('adds up to what one series has, at the same scale', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 2, maxLength: 4 }), (batches) => {
        const sum = batches
          .map(histogramOf)
          .reduce((known, more) => addedValue(METRIC, known, more) as ExponentialHistogramValue);
        const values = batches.flat();
        const whole = histogramOf(values);
        assertHolds(sum, values);
        assert.deepEqual([sum.scale, sum.min, sum.max], [whole.scale, whole.min, whole.max]);
        assert.ok(Math.max(sum.positive.bucketCounts.length, sum.negative.bucketCounts.length) <= 160);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes apart what came between two totals', () => {
    fc.assert(
      fc.property(batch, batch, (first, second) => {
        const between = differenceOf(METRIC, histogramOf([...first, ...second]), histogramOf(first));
        assertHolds(between as ExponentialHistogramValue, second);
      }),
      { numRuns: 1_000 },
    );
  });

  it('adds the smallest and the largest number without a bucket for what lies between them', () => {
    const began = process.cpuUsage();
    let sum: unknown = histogramOf([Number.MIN_VALUE]);
    for (let time = 0; time < 100; time++) {
      sum = addedValue(METRIC, histogramOf([Number.MIN_VALUE]), histogramOf([Number.MAX_VALUE]));
    }
    // 2 ** 31 buckets would take minutes, and more memory than there is.
    assert.ok(process.cpuUsage(began).user < 2_000_000);
    assertHolds(sum as ExponentialHistogramValue, [Number.MIN_VALUE, Number.MAX_VALUE]);
  });

  it('refuses what is no place for a bucket', () => {
    const broken = { ...histogramOf([1]), positive: { offset: Infinity, bucketCounts: [1] } };
    assert.throws(() => addedValue(METRIC, histogramOf([1]), broken), RangeError);
  });
});
