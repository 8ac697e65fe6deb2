/**
 * Values of points added and taken apart: what conversions between temporalities are made of. An answer of undefined says
 * that the two do not belong together: bounds changed, or something fell that can only rise.
 */
import {
  type DataPoint,
  DataPointType,
  type ExponentialBuckets,
  type ExponentialHistogramValue,
  type HistogramValue,
  type MetricData,
} from '../metric-data.ts';

/** Buckets on either side of zero, the specification's default (metrics/sdk.md#base2-exponential-bucket-histogram-aggregation). */
const MAX_BUCKETS = 160;

type Value = DataPoint<unknown>['value'];

/** `known` and what came after it. */
export function addedValue({ dataPointType }: MetricData, known: Value, more: Value): Value | undefined {
  if (dataPointType === DataPointType.HISTOGRAM) {
    return addedHistogram(known as HistogramValue, more as HistogramValue);
  }
  if (dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
    return addedExponential(known as ExponentialHistogramValue, more as ExponentialHistogramValue);
  }
  return (known as number) + (more as number);
}

/** What came between the totals `before` and `now`. */
export function differenceOf(metric: MetricData, now: Value, before: Value): Value | undefined {
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    return histogramDifference(now as HistogramValue, before as HistogramValue);
  }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
    return exponentialDifference(now as ExponentialHistogramValue, before as ExponentialHistogramValue);
  }
  const difference = (now as number) - (before as number);
  const isMonotonic = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
  return isMonotonic && difference < 0 ? undefined : difference;
}

/** Whether a difference says that nothing was measured. */
export function isNothing({ dataPointType }: MetricData, difference: Value): boolean {
  const isNumber = dataPointType === DataPointType.SUM || dataPointType === DataPointType.GAUGE;
  return isNumber ? difference === 0 : (difference as HistogramValue).count === 0;
}

function addedHistogram(known: HistogramValue, more: HistogramValue): HistogramValue | undefined {
  if (!isSameBounds(known, more)) return undefined;
  const { boundaries, counts } = known.buckets;
  return {
    buckets: { boundaries, counts: counts.map((count, index) => count + (more.buckets.counts[index] ?? 0)) },
    ...addedRest(known, more),
  };
}

function histogramDifference(now: HistogramValue, before: HistogramValue): HistogramValue | undefined {
  if (!isSameBounds(now, before)) return undefined;
  const { boundaries, counts } = now.buckets;
  const left = counts.map((count, index) => count - (before.buckets.counts[index] ?? 0));
  const count = now.count - before.count;
  if (count < 0 || left.some((each) => each < 0)) return undefined;
  return { buckets: { boundaries, counts: left }, count, sum: sumDifference(now, before) };
}

function isSameBounds(a: HistogramValue, b: HistogramValue): boolean {
  const { boundaries } = a.buckets;
  const others = b.buckets.boundaries;
  return boundaries.length === others.length && boundaries.every((bound, index) => bound === others[index]);
}

interface Rest {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Smallest and largest are those of both where both know theirs. */
function addedRest(a: Rest, b: Rest): Rest {
  const both = (x: number | undefined, y: number | undefined, of: (x: number, y: number) => number) =>
    x === undefined || y === undefined ? undefined : of(x, y);
  return {
    count: a.count + b.count,
    sum: both(a.sum, b.sum, (x, y) => x + y),
    min: both(a.min, b.min, Math.min),
    max: both(a.max, b.max, Math.max),
  };
}

function sumDifference(now: Rest, before: Rest): number | undefined {
  return now.sum === undefined || before.sum === undefined ? undefined : now.sum - before.sum;
}

function addedExponential(
  known: ExponentialHistogramValue,
  more: ExponentialHistogramValue,
): ExponentialHistogramValue | undefined {
  if ((known.zeroThreshold ?? 0) !== (more.zeroThreshold ?? 0)) return undefined;
  const scale = commonScale(known, more);
  const at = (side: 'positive' | 'negative') =>
    addedBuckets(coarser(known[side], known.scale - scale), coarser(more[side], more.scale - scale));
  const positive = at('positive');
  const negative = at('negative');
  const { zeroThreshold } = known;
  const zeroCount = known.zeroCount + more.zeroCount;
  return { ...addedRest(known, more), scale, zeroCount, zeroThreshold, positive, negative };
}

/**
 * The finest scale at which both sides have room. It is found before a bucket is made: at scale 20, which a histogram of
 * one value has, 20 million buckets lie between a thousandth and a thousand.
 */
function commonScale(a: ExponentialHistogramValue, b: ExponentialHistogramValue): number {
  let scale = Math.min(a.scale, b.scale);
  const breadth = (side: 'positive' | 'negative'): number => {
    const runs = [rangeOf(a[side], a.scale - scale), rangeOf(b[side], b.scale - scale)];
    const ranges = runs.filter((range) => range !== undefined);
    return Math.max(...ranges.map(([, last]) => last)) - Math.min(...ranges.map(([first]) => first)) + 1;
  };
  // Without buckets the breadth is -Infinity.
  while (Math.max(breadth('positive'), breadth('negative')) > MAX_BUCKETS) scale--;
  return scale;
}

/** The first and the last bucket when 2 ** by become one. */
function rangeOf({ offset, bucketCounts }: ExponentialBuckets, by: number): [number, number] | undefined {
  if (bucketCounts.length === 0) return undefined;
  const factor = 2 ** by;
  return [Math.floor(offset / factor), Math.floor((offset + bucketCounts.length - 1) / factor)];
}

function exponentialDifference(
  now: ExponentialHistogramValue,
  before: ExponentialHistogramValue,
): ExponentialHistogramValue | undefined {
  const by = before.scale - now.scale;
  if (by < 0 || (now.zeroThreshold ?? 0) !== (before.zeroThreshold ?? 0)) return undefined;
  const positive = bucketDifference(now.positive, coarser(before.positive, by));
  const negative = bucketDifference(now.negative, coarser(before.negative, by));
  const count = now.count - before.count;
  const zeroCount = now.zeroCount - before.zeroCount;
  if (positive === undefined || negative === undefined || count < 0 || zeroCount < 0) return undefined;
  const { scale, zeroThreshold } = now;
  return { count, sum: sumDifference(now, before), scale, zeroCount, zeroThreshold, positive, negative };
}

/** The same counts at a scale that is coarser by so much: 2 ** by buckets become one. */
function coarser(buckets: ExponentialBuckets, by: number): ExponentialBuckets {
  const range = rangeOf(buckets, by);
  if (by === 0 || range === undefined) return buckets;
  const factor = 2 ** by;
  const [first, last] = range;
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const [index, count] of buckets.bucketCounts.entries())
    counts[Math.floor((buckets.offset + index) / factor) - first]! += count;
  return { offset: first, bucketCounts: counts };
}

function addedBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.bucketCounts.length === 0) return b;
  if (b.bucketCounts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.bucketCounts.length, b.offset + b.bucketCounts.length);
  const bucketCounts = Array.from(
    { length: end - offset },
    (_, index) => at(a, offset + index) + at(b, offset + index),
  );
  return { offset, bucketCounts };
}

function bucketDifference(
  now: ExponentialBuckets,
  before: ExponentialBuckets,
): ExponentialBuckets | undefined {
  const isInside = before.bucketCounts.every(
    (count, index) => count === 0 || at(now, before.offset + index) >= count,
  );
  if (!isInside) return undefined;
  const bucketCounts = now.bucketCounts.map((count, index) => count - at(before, now.offset + index));
  return { offset: now.offset, bucketCounts };
}

function at({ offset, bucketCounts }: ExponentialBuckets, index: number): number {
  return bucketCounts[index - offset] ?? 0;
}
