/** A metric as one line of JSON, for machines and for `jq`. The format may change between versions. */
import { printable } from '../../internal/printable.ts';
import { attributeJson, attributesJson } from '../../sdk/common/attribute-text.ts';
import {
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialHistogramValue,
  type HistogramValue,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../../sdk/metrics/metric-data.ts';
import { resourceJson, scopeJson, unixNano } from './json-parts.ts';
import { kindOf, temporalityOf } from './metric-words.ts';

export function metricJsonLine(
  metric: MetricData,
  scope: ScopeMetrics['scope'],
  resource: ResourceMetrics['resource'],
): string {
  const { name, description, unit } = metric.descriptor;
  const points: readonly DataPoint<unknown>[] = metric.dataPoints;
  const line = {
    name,
    description: description || undefined,
    unit: unit || undefined,
    kind: kindOf(metric),
    temporality: temporalityOf(metric),
    isMonotonic: metric.dataPointType === DataPointType.SUM ? metric.isMonotonic : undefined,
    points: points.map((point) => pointJson(metric.dataPointType, point)),
    scope: scopeJson(scope),
    resource: resourceJson(resource),
  };
  return printable(JSON.stringify(line));
}

function pointJson(kind: DataPointType, point: DataPoint<unknown>): object {
  const { attributes, startTime, endTime, exemplars } = point;
  return {
    attributes: attributesJson(attributes),
    startTimeUnixNano: unixNano(startTime),
    timeUnixNano: unixNano(endTime),
    ...valueJson(kind, point.value),
    exemplars: exemplars === undefined || exemplars.length === 0 ? undefined : exemplars.map(exemplarJson),
  };
}

function valueJson(kind: DataPointType, value: unknown): object {
  if (kind === DataPointType.HISTOGRAM) return histogramJson(value as HistogramValue);
  if (kind === DataPointType.EXPONENTIAL_HISTOGRAM)
    return exponentialJson(value as ExponentialHistogramValue);
  return { value: attributeJson(value) };
}

function histogramJson({ count, sum, min, max, buckets }: HistogramValue): object {
  const { boundaries, counts } = buckets;
  return { ...summaryJson(count, sum, min, max), bounds: boundaries.map(attributeJson), counts };
}

function exponentialJson(value: ExponentialHistogramValue): object {
  const { count, sum, min, max, scale, zeroCount, zeroThreshold, positive, negative } = value;
  return {
    ...summaryJson(count, sum, min, max),
    scale,
    zeroCount,
    zeroThreshold: zeroThreshold || undefined,
    positive: { offset: positive.offset, counts: positive.bucketCounts },
    negative: { offset: negative.offset, counts: negative.bucketCounts },
  };
}

function summaryJson(
  count: number,
  sum: number | undefined,
  min: number | undefined,
  max: number | undefined,
): object {
  const number = (value: number | undefined): unknown =>
    value === undefined ? undefined : attributeJson(value);
  return { count, sum: number(sum), min: number(min), max: number(max) };
}

function exemplarJson({ value, timestamp, traceId, spanId, filteredAttributes }: Exemplar): object {
  return {
    value: attributeJson(value),
    timeUnixNano: unixNano(timestamp),
    traceId,
    spanId,
    attributes: attributesJson(filteredAttributes),
  };
}
