/** How measurements are aggregated: what views, readers and exporters choose from, with the official SDK's names. */

/** The kinds of instruments. */
export const InstrumentType = {
  COUNTER: 'COUNTER',
  GAUGE: 'GAUGE',
  HISTOGRAM: 'HISTOGRAM',
  UP_DOWN_COUNTER: 'UP_DOWN_COUNTER',
  OBSERVABLE_COUNTER: 'OBSERVABLE_COUNTER',
  OBSERVABLE_GAUGE: 'OBSERVABLE_GAUGE',
  OBSERVABLE_UP_DOWN_COUNTER: 'OBSERVABLE_UP_DOWN_COUNTER',
} as const;
export type InstrumentType = (typeof InstrumentType)[keyof typeof InstrumentType];

/** The kinds of aggregations (metrics/sdk.md#aggregation). */
export const AggregationType = {
  DEFAULT: 0,
  DROP: 1,
  SUM: 2,
  LAST_VALUE: 3,
  EXPLICIT_BUCKET_HISTOGRAM: 4,
  EXPONENTIAL_HISTOGRAM: 5,
} as const;
export type AggregationType = (typeof AggregationType)[keyof typeof AggregationType];

interface WithoutOptions {
  readonly type:
    | typeof AggregationType.DEFAULT
    | typeof AggregationType.DROP
    | typeof AggregationType.SUM
    | typeof AggregationType.LAST_VALUE;
}

/** Explicit buckets (metrics/sdk.md#explicit-bucket-histogram-aggregation). */
export interface ExplicitBucketHistogramOption {
  readonly type: typeof AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
  readonly options?: {
    /** Upper bounds, inclusive, rising. Default: 0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000. */
    readonly boundaries: number[];
    /** Whether smallest and largest value are kept. Default true. */
    readonly recordMinMax?: boolean;
  };
}

/** Base-2 exponential buckets (metrics/sdk.md#base2-exponential-bucket-histogram-aggregation). */
export interface ExponentialHistogramOption {
  readonly type: typeof AggregationType.EXPONENTIAL_HISTOGRAM;
  readonly options?: {
    /** The most buckets on either side of zero. At least 2. Default 160. */
    readonly maxSize?: number;
    /** The finest scale to begin with, from -10 to 20. Default 20. */
    readonly maxScale?: number;
    /** Values up to this one, whatever their sign, count as zero. Default 0. */
    readonly zeroThreshold?: number;
    /** Whether smallest and largest value are kept. Default true. */
    readonly recordMinMax?: boolean;
  };
}

/** A choice of aggregation. */
export type AggregationOption = WithoutOptions | ExplicitBucketHistogramOption | ExponentialHistogramOption;

/** A choice of aggregation in a view, whose boundaries may be read-only; nothing writes to either kind. */
export type ViewAggregationOption =
  | AggregationOption
  | {
      readonly type: typeof AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
      readonly options?: { readonly boundaries: readonly number[]; readonly recordMinMax?: boolean };
    };
