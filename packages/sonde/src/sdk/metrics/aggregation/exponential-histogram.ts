/**
 * Base-2 exponential buckets: their width adapts to the range of what is measured, so that `maxSize` of them on either
 * side of zero always suffice (metrics/sdk.md#base2-exponential-bucket-histogram-aggregation). It begins at the finest
 * scale and becomes coarser only as far as the range demands.
 */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { takeExemplars } from '../exemplar/offer.ts';
import type { ExponentialHistogramValue } from '../metric-data.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';
import { bucketIndex, MIN_SCALE } from './exponential-mapping.ts';
import { DOUBLE_ZERO, Point, Series, TOUCHED } from './series.ts';

/** What the series of a stream share. */
export interface ExponentialSettings {
  readonly maxSize: number;
  readonly maxScale: number;
  readonly zeroThreshold: number;
  readonly hasMinMax: boolean;
  /** False for instruments whose values may be negative. */
  readonly hasSum: boolean;
}

export class ExponentialHistogramSeries extends Series {
  readonly settings: ExponentialSettings;
  count: number;
  zeroCount: number;
  scale: number;
  sum: number;
  min: number;
  max: number;
  readonly positive: ExponentialBuckets;
  /** Made with the first negative value: most instruments have none. */
  negative: ExponentialBuckets | undefined;

  constructor(attributes: Attributes, startTime: HrTime, settings: ExponentialSettings) {
    super(attributes, startTime);
    this.settings = settings;
    this.count = 0;
    this.zeroCount = 0;
    this.scale = settings.maxScale;
    this.sum = DOUBLE_ZERO;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.positive = new ExponentialBuckets();
    this.negative = undefined;
  }

  record(value: number): number {
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.marks |= TOUCHED;
    const size = value < 0 ? -value : value;
    if (size <= this.settings.zeroThreshold) this.zeroCount++;
    else if (value > 0) countIn(this, this.positive, size);
    else {
      if (this.negative === undefined) this.negative = new ExponentialBuckets();
      countIn(this, this.negative, size);
    }
    return 0;
  }

  take(startTime: HrTime, endTime: HrTime, isReset: boolean): Point<ExponentialHistogramValue> {
    const { hasMinMax, hasSum, zeroThreshold } = this.settings;
    const value = {
      count: this.count,
      sum: hasSum ? this.sum + 0 : undefined,
      scale: this.scale,
      zeroCount: this.zeroCount,
      zeroThreshold,
      positive: half(this.positive),
      negative: half(this.negative),
      min: hasMinMax && this.count > 0 ? this.min + 0 : undefined,
      max: hasMinMax && this.count > 0 ? this.max + 0 : undefined,
    };
    if (isReset) this.#reset();
    return new Point(startTime, endTime, this.attributes, value, takeExemplars(this));
  }

  #reset(): void {
    this.count = 0;
    this.zeroCount = 0;
    this.scale = this.settings.maxScale;
    this.sum = DOUBLE_ZERO;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.positive.clear();
    this.negative?.clear();
  }
}

// A function and not a private method: a private method checks its receiver's brand on every call.
function countIn(series: ExponentialHistogramSeries, buckets: ExponentialBuckets, size: number): void {
  const { maxSize } = series.settings;
  let index = bucketIndex(size, series.scale);
  if (buckets.spanWith(index) > maxSize) index = coarsen(series, buckets, index, size);
  buckets.add(index, 1, maxSize);
}

/** Makes the scale coarser until the value fits in, and returns the value's index at it. */
function coarsen(
  series: ExponentialHistogramSeries,
  buckets: ExponentialBuckets,
  index: number,
  size: number,
): number {
  let low = Math.min(buckets.low, index);
  let high = Math.max(buckets.high, index);
  let by = 0;
  while (high - low >= series.settings.maxSize && series.scale - by > MIN_SCALE) {
    low >>= 1;
    high >>= 1;
    by++;
  }
  series.scale -= by;
  series.positive.downscale(by);
  series.negative?.downscale(by);
  return bucketIndex(size, series.scale);
}

const NO_COUNTS: number[] = [];
const EMPTY_HALF: ExponentialHistogramValue['positive'] = { offset: 0, bucketCounts: NO_COUNTS };

function half(buckets: ExponentialBuckets | undefined): ExponentialHistogramValue['positive'] {
  if (buckets === undefined || buckets.isEmpty) return EMPTY_HALF;
  return { offset: buckets.low, bucketCounts: buckets.toArray() };
}
