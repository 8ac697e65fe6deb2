/**
 * What a collection yields: the public shapes of metrics between readers and exporters, ours and those written for the
 * official SDK, whose interfaces these are (specification: metrics/data-model.md). Exemplars are the addition.
 *
 * A collection is a snapshot: nothing recorded after it changes it, and whoever got it may keep it. Points are objects of
 * one class per kind, and the time tuples are shared: every point of a collection has the same `endTime` tuple, every
 * point of a series the `startTime` tuple that the series was made with. An exporter must change neither.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { ValueType } from '../../api/metrics/instrument.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';

/** Whether points count from the start (cumulative) or from the last collection (delta). */
export const AggregationTemporality = { DELTA: 0, CUMULATIVE: 1 } as const;
export type AggregationTemporality = (typeof AggregationTemporality)[keyof typeof AggregationTemporality];

/** What the points of a metric are. */
export const DataPointType = { HISTOGRAM: 0, EXPONENTIAL_HISTOGRAM: 1, GAUGE: 2, SUM: 3 } as const;
export type DataPointType = (typeof DataPointType)[keyof typeof DataPointType];

/** A measurement that was kept as an example of the ones behind a point (metrics/data-model.md#exemplars). */
export interface Exemplar {
  /** The attributes that the view left out of the series. */
  readonly filteredAttributes: Attributes;
  readonly value: number;
  /** When it was measured. */
  readonly timestamp: HrTime;
  /** The span in whose context it was measured, 16 hex digits; absent outside a span. */
  readonly spanId?: string | undefined;
  /** 32 hex digits; absent outside a span. */
  readonly traceId?: string | undefined;
}

/** The state of one series, a set of attributes, at the time of the collection. */
export interface DataPoint<T> {
  /** Since when `value` counts. For a gauge, when the series began. */
  readonly startTime: HrTime;
  /** The time of the collection. */
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
  /** Absent when there are none. */
  readonly exemplars?: Exemplar[] | undefined;
  /**
   * Bits of the protocol's DataPointFlags, from producers that bridge another source: 1 says that there is no value,
   * only the end of a series. The SDK's own points have none.
   */
  readonly flags?: number | undefined;
}

/** A histogram with explicit bounds: `counts[i]` values were at most `boundaries[i]` and more than the bound before. */
export interface HistogramValue {
  readonly buckets: {
    readonly boundaries: number[];
    /** One more than `boundaries`: the last counts what was above them all. */
    readonly counts: number[];
  };
  readonly count: number;
  /** Absent where it means nothing: for instruments whose values may be negative. */
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** One half of an exponential histogram: `bucketCounts[i]` is the bucket with the index `offset + i`. */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly bucketCounts: number[];
}

/** A base-2 exponential histogram: bucket i holds values above `base ** i`, up to `base ** (i + 1)`, base = 2 ** 2 ** -scale. */
export interface ExponentialHistogramValue {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly scale: number;
  /** Values of at most `zeroThreshold`, whatever their sign. */
  readonly zeroCount: number;
  /** Default 0. */
  readonly zeroThreshold?: number | undefined;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The stream's identity, as exporters write it. */
export interface MetricDescriptor {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly valueType: ValueType;
  /**
   * What a bridge from another system knows besides, such as `prometheus.type` (compatibility/prometheus_and_openmetrics.md).
   * The SDK's own streams have none.
   */
  readonly metadata?: Attributes | undefined;
}

interface MetricBase<Kind extends DataPointType, Value> {
  readonly descriptor: MetricDescriptor;
  readonly aggregationTemporality: AggregationTemporality;
  readonly dataPointType: Kind;
  readonly dataPoints: DataPoint<Value>[];
}

/** A sum of what was added. */
export interface SumMetricData extends MetricBase<typeof DataPointType.SUM, number> {
  /** Whether it can only rise. */
  readonly isMonotonic: boolean;
}

/** The last value. Its temporality means nothing. */
export type GaugeMetricData = MetricBase<typeof DataPointType.GAUGE, number>;

/** A distribution over explicit buckets. */
export type HistogramMetricData = MetricBase<typeof DataPointType.HISTOGRAM, HistogramValue>;

/** A distribution over buckets that adapt to what comes. */
export type ExponentialHistogramMetricData = MetricBase<
  typeof DataPointType.EXPONENTIAL_HISTOGRAM,
  ExponentialHistogramValue
>;

/** The points of one metric stream. */
export type MetricData =
  | SumMetricData
  | GaugeMetricData
  | HistogramMetricData
  | ExponentialHistogramMetricData;

/** The metrics of one meter. */
export interface ScopeMetrics {
  readonly scope: InstrumentationScope;
  readonly metrics: MetricData[];
}

/** What one collection yields: the unit that a metric exporter gets. */
export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: ScopeMetrics[];
}

/** What a producer gives: the metrics it could collect, and the errors of callbacks that failed meanwhile. */
export interface CollectionResult {
  readonly resourceMetrics: ResourceMetrics;
  readonly errors: unknown[];
}
