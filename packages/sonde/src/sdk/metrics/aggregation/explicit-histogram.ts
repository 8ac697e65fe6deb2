/** Explicit buckets: how many values fell between fixed bounds (metrics/sdk.md#explicit-bucket-histogram-aggregation). */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { takeExemplars } from '../exemplar/offer.ts';
import type { HistogramValue } from '../metric-data.ts';
import { bucketOf } from './bucket.ts';
import { DOUBLE_ZERO, Point, Series, TOUCHED } from './series.ts';

/** The bounds when nobody gives any (metrics/sdk.md#explicit-bucket-histogram-aggregation). */
export const DEFAULT_BOUNDARIES: readonly number[] = /* @__PURE__ */ Object.freeze([
  0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000,
]);

/** What the series of a stream share. */
export interface HistogramSettings {
  /** Frozen. Points show them, and the type that points have by the official SDK may be written. */
  readonly boundaries: number[];
  /** The same, for searching: V8 reads a frozen array by a call. */
  readonly bounds: Float64Array;
  readonly hasMinMax: boolean;
  /** False for instruments whose values may be negative. */
  readonly hasSum: boolean;
}

export class ExplicitHistogramSeries extends Series {
  readonly settings: HistogramSettings;
  counts: number[];
  /** A point has `counts` too: it is copied before the next measurement. A series that is idle is never copied. */
  isShared: boolean;
  count: number;
  sum: number;
  min: number;
  max: number;

  constructor(attributes: Attributes, startTime: HrTime, settings: HistogramSettings) {
    super(attributes, startTime);
    this.settings = settings;
    this.counts = zeros(settings.boundaries.length + 1);
    this.isShared = false;
    this.count = 0;
    this.sum = DOUBLE_ZERO;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
  }

  record(value: number): number {
    if (this.isShared) {
      this.counts = this.counts.slice();
      this.isShared = false;
    }
    const bucket = bucketOf(this.settings.bounds, value);
    this.counts[bucket] = this.counts[bucket]! + 1;
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.marks |= TOUCHED;
    return bucket;
  }

  take(startTime: HrTime, endTime: HrTime, isReset: boolean): Point<HistogramValue> {
    const { boundaries, hasMinMax, hasSum } = this.settings;
    const value = {
      buckets: { boundaries, counts: this.counts },
      count: this.count,
      sum: hasSum ? this.sum + 0 : undefined,
      min: hasMinMax && this.count > 0 ? this.min + 0 : undefined,
      max: hasMinMax && this.count > 0 ? this.max + 0 : undefined,
    };
    this.isShared = true;
    if (isReset) this.#reset();
    return new Point(startTime, endTime, this.attributes, value, takeExemplars(this));
  }

  #reset(): void {
    this.counts = zeros(this.settings.boundaries.length + 1);
    this.isShared = false;
    this.count = 0;
    this.sum = DOUBLE_ZERO;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
  }
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}
