/** Collections made by hand, for tests of what takes them: exporters and encoders. */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import { type Resource, resourceFromAttributes } from '../common/resource.ts';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogramMetricData,
  type ExponentialHistogramValue,
  type GaugeMetricData,
  type HistogramMetricData,
  type HistogramValue,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
  type ScopeMetrics,
  type SumMetricData,
} from './metric-data.ts';

export const START: HrTime = [1_700_000_000, 5];
export const END: HrTime = [1_700_000_060, 7];

/** A point of the given value, with what the test wants different. */
export function point<V>(
  value: V,
  attributes: Attributes = {},
  over: Partial<DataPoint<V>> = {},
): DataPoint<V> {
  return { startTime: START, endTime: END, attributes, value, ...over };
}

type Over = Partial<MetricDescriptor> & { readonly temporality?: AggregationTemporality };

function base(name: string, { temporality, ...descriptor }: Over) {
  return {
    descriptor: { name, description: '', unit: '', valueType: 1, ...descriptor } as const,
    aggregationTemporality: temporality ?? AggregationTemporality.CUMULATIVE,
  };
}

export function sum(
  name: string,
  dataPoints: DataPoint<number>[],
  over: Over & { readonly isMonotonic?: boolean } = {},
): SumMetricData {
  const { isMonotonic = true, ...rest } = over;
  return { ...base(name, rest), dataPointType: DataPointType.SUM, isMonotonic, dataPoints };
}

export function gauge(name: string, dataPoints: DataPoint<number>[], over: Over = {}): GaugeMetricData {
  return { ...base(name, over), dataPointType: DataPointType.GAUGE, dataPoints };
}

export function histogram(
  name: string,
  dataPoints: DataPoint<HistogramValue>[],
  over: Over = {},
): HistogramMetricData {
  return { ...base(name, over), dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

export function exponentialHistogram(
  name: string,
  dataPoints: DataPoint<ExponentialHistogramValue>[],
  over: Over = {},
): ExponentialHistogramMetricData {
  return { ...base(name, over), dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints };
}

/** 3, 7, 12 and 700 in buckets up to 5, 10 and 100. */
export const HISTOGRAM_VALUE: HistogramValue = {
  buckets: { boundaries: [5, 10, 100], counts: [1, 1, 1, 1] },
  count: 4,
  sum: 722,
  min: 3,
  max: 700,
};

/** Base 2: two values in (1, 2], none in (2, 4], one in (4, 8], one in [-2, -1), three of nothing. */
export const EXPONENTIAL_VALUE: ExponentialHistogramValue = {
  count: 7,
  sum: 8.5,
  scale: 0,
  zeroCount: 3,
  zeroThreshold: 0.25,
  positive: { offset: 0, bucketCounts: [2, 0, 1] },
  negative: { offset: 0, bucketCounts: [1] },
  min: -1.5,
  max: 7,
};

export const RESOURCE: Resource = resourceFromAttributes({ 'service.name': 'shop' });

/** A collection of one scope. */
export function collected(
  metrics: MetricData[],
  scope: ScopeMetrics['scope'] = { name: 'till' },
): ResourceMetrics {
  return { resource: RESOURCE, scopeMetrics: [{ scope, metrics }] };
}

/** One metric of every kind. */
export function everyKind(): ResourceMetrics {
  return collected([
    sum('requests', [point(7, { method: 'GET' })], {
      valueType: 0,
      unit: '{request}',
      description: 'Requests',
    }),
    sum('queue', [point(-2.5)], { isMonotonic: false }),
    gauge('temperature', [point(21.5, { room: 'kitchen' })], { unit: 'Cel' }),
    histogram('duration', [point(HISTOGRAM_VALUE, { route: '/' })], { unit: 'ms' }),
    exponentialHistogram('size', [point(EXPONENTIAL_VALUE, {})], { unit: 'By' }),
  ]);
}
