/**
 * Metric of opentelemetry/proto/metrics/v1/metrics.proto in JSON (proto3 JSON mapping: 64-bit integers are strings, NaN
 * and the infinities too), in the manner of traces/encode-json.ts.
 */
import { report } from '../../sdk/common/diagnostics.ts';
import { parseSpanId, parseTraceId } from '../../sdk/common/ids.ts';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialBuckets,
  type ExponentialHistogramValue,
  type HistogramValue,
  type MetricData,
} from '../../sdk/metrics/metric-data.ts';
import { problemOfMetric } from '../../sdk/metrics/metric-problem.ts';
import {
  attributesJson,
  completeJson,
  countJson,
  encodeJsonByScope,
  type JsonNames,
  type JsonRecordWriter,
} from '../message/json.ts';
import type { SignalCodec } from '../signal-codec.ts';
import { doubleJson, int64Json, nanosJson, stringJson } from '../wire/json-writer.ts';
import { isInt64 } from './number-kind.ts';
import { halveRuns, type PointRun, pointsOf } from './point-run.ts';

const NAMES: JsonNames = { resources: 'resourceMetrics', scopes: 'scopeMetrics', records: 'metrics' };

/** The JSON codec of the metrics signal. */
export const metricsJson: SignalCodec<PointRun> = {
  signal: 'metrics',
  encoding: 'json',
  encode: (runs, count) => encodeJsonByScope(runs, count, runWriter),
  complete: (batch) => completeJson(NAMES, batch),
  sizeOf: pointsOf,
  halve: halveRuns,
};

const runWriter: JsonRecordWriter<PointRun, PointRun> = {
  what: 'metric',
  names: NAMES,
  recordOf: (run) => run,
  json: metricJson,
  sizeOf: (run) => run.size - run.lost,
};

function metricJson(run: PointRun): string {
  const { metric } = run;
  const { name, description, unit, metadata } = metric.descriptor;
  const data = dataJson(run);
  if (run.lost === run.size) return '';
  return (
    `{"name":${stringJson(name)}` +
    (description ? `,"description":${stringJson(description)}` : '') +
    (unit ? `,"unit":${stringJson(unit)}` : '') +
    `,${data}` +
    (metadata === undefined ? '' : `,"metadata":${attributesJson(metadata)}`) +
    '}'
  );
}

function dataJson(run: PointRun): string {
  const { metric } = run;
  const problem = problemOfMetric(metric);
  if (problem !== undefined) throw new TypeError(problem);
  const isInt = metric.descriptor.valueType === 0;
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
      return `"gauge":{${pointsJson<number>(run, (point) => numberPointJson(point, isInt))}}`;
    case DataPointType.SUM: {
      const points = pointsJson<number>(run, (point) => numberPointJson(point, isInt));
      return `"sum":{${points}${temporalityJson(metric)},"isMonotonic":${metric.isMonotonic === true}}`;
    }
    case DataPointType.HISTOGRAM: {
      const points = pointsJson<HistogramValue>(run, (point) => histogramPointJson(point, isInt));
      return `"histogram":{${points}${temporalityJson(metric)}}`;
    }
    default: {
      const points = pointsJson<ExponentialHistogramValue>(run, (point) =>
        exponentialPointJson(point, isInt),
      );
      return `"exponentialHistogram":{${points}${temporalityJson(metric)}}`;
    }
  }
}

/** The protocol counts temporalities from UNSPECIFIED = 0, the SDK from DELTA = 0. */
function temporalityJson({ aggregationTemporality }: MetricData): string {
  return `,"aggregationTemporality":${aggregationTemporality === AggregationTemporality.DELTA ? 1 : 2}`;
}

/** A point that cannot be written takes none along. */
function pointsJson<V>(run: PointRun, json: (point: DataPoint<V>) => string): string {
  const points = run.metric.dataPoints as readonly DataPoint<unknown>[] as readonly DataPoint<V>[];
  const texts: string[] = [];
  run.lost = 0;
  for (let index = run.from; index < run.to; index++) {
    try {
      texts.push(json(points[index]!));
    } catch (error) {
      run.lost++;
      const { name } = run.metric.descriptor;
      report(
        'error',
        'encoding_failed',
        `A data point of ${name} could not be encoded and is dropped`,
        error,
      );
    }
  }
  return `"dataPoints":[${texts.join(',')}]`;
}

function headJson({ attributes, startTime, endTime }: DataPoint<unknown>): string {
  const times = `"startTimeUnixNano":${nanosJson(startTime)},"timeUnixNano":${nanosJson(endTime)}`;
  return `{"attributes":${attributesJson(attributes)},${times}`;
}

function tailJson({ exemplars, flags }: DataPoint<unknown>, isInt: boolean): string {
  const list =
    exemplars === undefined || exemplars.length === 0
      ? ''
      : `,"exemplars":[${exemplars.map((exemplar) => exemplarJson(exemplar, isInt)).join(',')}]`;
  return `${list}${countJson('flags', (flags ?? 0) >>> 0)}}`;
}

function numberPointJson(point: DataPoint<number>, isInt: boolean): string {
  return `${headJson(point)},${numberJson(point.value, isInt)}${tailJson(point, isInt)}`;
}

function numberJson(value: number, isInt: boolean): string {
  if (!isInt || !isInt64(value)) return `"asDouble":${doubleJson(value)}`;
  return `"asInt":${int64Json(Number.isSafeInteger(value) ? value : BigInt(value))}`;
}

function histogramPointJson(point: DataPoint<HistogramValue>, isInt: boolean): string {
  const { buckets, count, sum, min, max } = point.value;
  return (
    `${headJson(point)},"count":${countTextJson(count)}` +
    `${optionalJson('sum', sum)}${optionalJson('min', min)}${optionalJson('max', max)}` +
    `,"bucketCounts":[${buckets.counts.map(countTextJson).join(',')}]` +
    `,"explicitBounds":[${buckets.boundaries.map(doubleJson).join(',')}]` +
    tailJson(point, isInt)
  );
}

function exponentialPointJson(point: DataPoint<ExponentialHistogramValue>, isInt: boolean): string {
  const { count, sum, min, max, scale, zeroCount, zeroThreshold, positive, negative } = point.value;
  return (
    `${headJson(point)},"count":${countTextJson(count)}` +
    `${optionalJson('sum', sum)}${optionalJson('min', min)}${optionalJson('max', max)}` +
    `,"scale":${scale | 0},"zeroCount":${countTextJson(zeroCount)}` +
    (zeroThreshold ? `,"zeroThreshold":${doubleJson(zeroThreshold)}` : '') +
    `${bucketsJson('positive', positive)}${bucketsJson('negative', negative)}` +
    tailJson(point, isInt)
  );
}

function bucketsJson(name: string, { offset, bucketCounts }: ExponentialBuckets): string {
  if (bucketCounts.length === 0) return '';
  return `,"${name}":{"offset":${offset | 0},"bucketCounts":[${bucketCounts.map(countTextJson).join(',')}]}`;
}

function optionalJson(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${doubleJson(value)}`;
}

/** Counts of ours are whole and safe; what a foreign producer gives must not break the message that it is in. */
function countTextJson(count: number): string {
  if (Number.isSafeInteger(count) && count >= 0) return int64Json(count);
  return int64Json(count > 0 ? Math.min(Math.floor(count), Number.MAX_SAFE_INTEGER) : 0);
}

function exemplarJson(exemplar: Exemplar, isInt: boolean): string {
  const { value, timestamp, traceId, spanId, filteredAttributes } = exemplar;
  const isInSpan =
    traceId !== undefined &&
    spanId !== undefined &&
    parseTraceId(traceId) !== undefined &&
    parseSpanId(spanId);
  return (
    `{"filteredAttributes":${attributesJson(filteredAttributes)},"timeUnixNano":${nanosJson(timestamp)}` +
    `,${numberJson(value, isInt)}` +
    (isInSpan ? `,"spanId":"${spanId.toLowerCase()}","traceId":"${traceId.toLowerCase()}"` : '') +
    '}'
  );
}
