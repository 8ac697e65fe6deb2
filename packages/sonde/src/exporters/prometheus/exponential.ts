/**
 * Exponential histograms: as native histograms of the protobuf exposition, and, where there are none, as buckets at the
 * powers of two (specification: compatibility/prometheus_and_openmetrics.md, "Exponential Histograms").
 */
import type {
  ExponentialBuckets,
  ExponentialHistogramValue,
  HistogramValue,
} from '../../sdk/metrics/metric-data.ts';

/** Resolutions that Prometheus has: 2^-n to a power of two. */
const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;

/** Breadth of the bucket of zero where the histogram names none (same section). */
const DEFAULT_ZERO_THRESHOLD = 1e-128;

/** Empty buckets that are written out rather than begin a new span, which costs two numbers. */
const MAX_GAP = 2;

/** A run of buckets: `offset` from the end of the run before, of the first from bucket 0. */
export interface BucketSpan {
  readonly offset: number;
  length: number;
}

/** Buckets as Prometheus writes them: each count as the difference from the bucket before. */
export interface SparseBuckets {
  readonly spans: readonly BucketSpan[];
  readonly deltas: readonly number[];
}

/** A histogram in the protobuf exposition's terms. */
export interface NativeHistogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: SparseBuckets;
  readonly negative: SparseBuckets;
}

/** Undefined for one that is coarser than Prometheus knows. */
export function nativeHistogram(value: ExponentialHistogramValue): NativeHistogram | undefined {
  if (!(value.scale >= MIN_SCHEMA)) return undefined;
  const schema = Math.min(MAX_SCHEMA, value.scale);
  const shift = value.scale - schema;
  return {
    schema,
    zeroThreshold: value.zeroThreshold || DEFAULT_ZERO_THRESHOLD,
    positive: sparse(coarser(value.positive, shift)),
    negative: sparse(coarser(value.negative, shift)),
  };
}

/** Buckets of a scale that is smaller by `shift`: 2^shift neighbours become one. */
export function coarser({ offset, bucketCounts }: ExponentialBuckets, shift: number): ExponentialBuckets {
  if (shift === 0 || bucketCounts.length === 0) return { offset, bucketCounts };
  const first = Math.floor(offset / 2 ** shift);
  const last = Math.floor((offset + bucketCounts.length - 1) / 2 ** shift);
  const counts: number[] = new Array(last - first + 1).fill(0);
  bucketCounts.forEach((count, index) => {
    counts[Math.floor((offset + index) / 2 ** shift) - first]! += count;
  });
  return { offset: first, bucketCounts: counts };
}

/** Prometheus counts buckets by their upper bound, OpenTelemetry by their lower: its index is one more. */
function sparse({ offset, bucketCounts }: ExponentialBuckets): SparseBuckets {
  const spans: BucketSpan[] = [];
  const deltas: number[] = [];
  let span: BucketSpan | undefined;
  let end = 0;
  let before = 0;
  const add = (count: number): void => {
    deltas.push(count - before);
    before = count;
  };
  bucketCounts.forEach((count, index) => {
    if (!(count > 0)) return;
    const place = offset + index + 1;
    const gap = place - end;
    if (span === undefined || gap > MAX_GAP) {
      span = { offset: gap, length: 0 };
      spans.push(span);
    } else {
      for (let empty = 0; empty < gap; empty++) add(0);
      span.length += gap;
    }
    add(count);
    span.length++;
    end = place + 1;
  });
  return { spans, deltas };
}

/**
 * The histogram with buckets at powers of two, at every 2^k-th where it is coarser. Which bounds there are does not move
 * when its scale does, so that a series of buckets goes on under the same label.
 */
export function fixedBuckets(value: ExponentialHistogramValue): HistogramValue {
  const { count, sum, zeroCount, zeroThreshold = 0 } = value;
  const shift = Math.max(0, value.scale);
  const exponent = 2 ** Math.max(0, -value.scale);
  const negative = coarser(value.negative, shift);
  const positive = coarser(value.positive, shift);
  const buckets = new Map<number, number>();
  const add = (bound: number, more: number): void => {
    buckets.set(bound, (buckets.get(bound) ?? 0) + more);
  };
  // A negative bucket ends, towards zero, at its smaller absolute bound.
  negative.bucketCounts.forEach((each, index) => {
    add(-(2 ** ((negative.offset + index) * exponent)), each);
  });
  if (zeroCount > 0) add(zeroThreshold, zeroCount);
  positive.bucketCounts.forEach((each, index) => {
    add(2 ** ((positive.offset + index + 1) * exponent), each);
  });
  const sorted = [...buckets].filter(([bound]) => Number.isFinite(bound)).sort(([a], [b]) => a - b);
  const boundaries = sorted.map(([bound]) => bound);
  const counts = sorted.map(([, each]) => each);
  const counted = counts.reduce((total, each) => total + each, 0);
  return { buckets: { boundaries, counts: [...counts, Math.max(0, count - counted)] }, count, sum };
}
