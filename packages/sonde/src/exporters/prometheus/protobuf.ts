/**
 * The protobuf exposition: io.prometheus.client.MetricFamily, each behind its length. It is the only form that native
 * histograms have.
 *
 *   MetricFamily { 1 name, 2 help, 3 type, 4 metric, 5 unit }
 *   Metric { 1 label { 1 name, 2 value }, 2 gauge { 1 value }, 3 counter { 1 value, 2 exemplar, 3 created },
 *            5 untyped { 1 value }, 6 timestamp_ms, 7 histogram }
 *   Histogram { 1 sample_count, 2 sample_sum, 3 bucket { 1 cumulative_count, 2 upper_bound, 3 exemplar }, 5 schema,
 *               6 zero_threshold, 7 zero_count, 9 negative_span { 1 offset, 2 length }, 10 negative_delta,
 *               12 positive_span, 13 positive_delta, 15 created, 16 exemplars }
 *   Exemplar { 1 label, 2 value, 3 timestamp { 1 seconds, 2 nanos } }
 */
import type { HrTime } from '../../api/common/time.ts';
import {
  buffer,
  close,
  closeWide,
  open,
  reserve,
  take,
  WIDE_LENGTH,
  writeByte,
  writeDouble,
  writeInt64,
  writeString,
  writeTag2,
  writeVarint,
} from '../../otlp/wire/protobuf-writer.ts';
import { reportOnce } from '../../sdk/common/diagnostics.ts';
import {
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialHistogramValue,
  type HistogramValue,
} from '../../sdk/metrics/metric-data.ts';
import { byBucket, exemplarLabels, latestOf } from './exemplars.ts';
import { nativeHistogram, type SparseBuckets } from './exponential.ts';
import type { Family, FamilyType } from './families.ts';
import { type Labels, labelsOf, othersOf } from './labels.ts';
import { isWithoutValue, SeriesSet } from './series-set.ts';
import type { ExpositionOptions } from './text.ts';

/** The type's number, and the tag of the field of Metric that holds a value of that type. */
const TYPES: Readonly<Record<FamilyType, readonly [number: number, tag: number]>> = {
  counter: [0, 0x1a],
  gauge: [1, 0x12],
  unknown: [3, 0x2a],
  histogram: [4, 0x3a],
  // Neither has a type of its own outside OpenMetrics: families.ts makes gauges of them.
  info: [1, 0x12],
  stateset: [1, 0x12],
};

/** The whole body. `target` are the labels of target_info, undefined to leave it out. */
export function expositionProtobuf(
  families: readonly Family[],
  target: Labels | undefined,
  options: ExpositionOptions,
): Uint8Array {
  let p = 0;
  if (target !== undefined) p = writeTarget(p, target);
  for (const family of families) p = writeFamily(p, family, options);
  return take(0, p);
}

function writeTarget(position: number, labels: Labels): number {
  let p = writeHead(position + WIDE_LENGTH, 'target_info', 'Target metadata', 'gauge', '');
  const start = writeByte(p, 0x22);
  p = writeLabels(open(start), labels);
  p = writeSingle(p, 0x12, 1);
  p = close(start, p);
  closeWide(position, p);
  return p;
}

function writeHead(position: number, name: string, help: string, type: FamilyType, unit: string): number {
  reserve(position, 0);
  let p = writeString(writeByte(position, 0x0a), name);
  if (help !== '') p = writeString(writeByte(p, 0x12), help);
  reserve(p, 0);
  p = writeByte(writeByte(p, 0x18), TYPES[type][0]);
  return unit === '' ? p : writeString(writeByte(p, 0x2a), unit);
}

function writeFamily(position: number, family: Family, options: ExpositionOptions): number {
  const { name, help, type, unit, parts } = family;
  let p = writeHead(position + WIDE_LENGTH, name, help, type, unit);
  const empty = p;
  const series = new SeriesSet(name);
  for (const { metric, scopeLabels } of parts) {
    const kind = metric.dataPointType;
    const points: readonly DataPoint<unknown>[] = metric.dataPoints;
    for (const point of points) {
      if (isWithoutValue(point)) continue;
      try {
        const labels = labelsOf(point.attributes, options.naming, scopeLabels, type === 'histogram');
        labels.push(...scopeLabels);
        labels.push(...othersOf(options.constantLabels, labels));
        if (series.isNew(labels.join('\u0000'))) p = writeMetric(p, family, kind, point, labels, options);
      } catch (error) {
        series.leaveOut(error);
      }
    }
  }
  if (p === empty) return position;
  closeWide(position, p);
  return p;
}

function writeMetric(
  position: number,
  family: Family,
  kind: DataPointType,
  point: DataPoint<unknown>,
  labels: Labels,
  options: ExpositionOptions,
): number {
  reserve(position, 0);
  const start = writeByte(position, 0x22);
  let p = writeLabels(start + WIDE_LENGTH, labels);
  reserve(p, 0);
  if (kind === DataPointType.EXPONENTIAL_HISTOGRAM) {
    const end = writeNative(p, family.name, point as DataPoint<ExponentialHistogramValue>, options);
    if (end === p) return position;
    p = end;
  } else if (kind === DataPointType.HISTOGRAM) {
    p = writeClassic(p, point as DataPoint<HistogramValue>, options);
  } else {
    p = writeNumber(p, family.type, point as DataPoint<number>, options);
  }
  if (options.appendTimestamp) {
    const [seconds, nanos] = point.endTime;
    p = writeInt64(writeByte(p, 0x30), seconds * 1000 + Math.floor(nanos / 1e6));
  }
  closeWide(start, p);
  return p;
}

function writeLabels(position: number, labels: Labels): number {
  let p = position;
  for (let index = 0; index < labels.length; index += 2) {
    reserve(p, 0);
    const start = writeByte(p, 0x0a);
    p = writeString(writeByte(open(start), 0x0a), labels[index]!);
    reserve(p, 0);
    p = close(start, writeString(writeByte(p, 0x12), labels[index + 1]!));
  }
  reserve(p, 0);
  return p;
}

/** A message that holds one double. */
function writeSingle(position: number, tag: number, value: number): number {
  buffer[position] = tag;
  buffer[position + 1] = 9;
  buffer[position + 2] = 0x09;
  return writeDouble(position + 3, value);
}

function writeNumber(
  position: number,
  type: FamilyType,
  point: DataPoint<number>,
  options: ExpositionOptions,
): number {
  const tag = TYPES[type][1];
  if (type !== 'counter') return writeSingle(position, tag, point.value);
  const start = writeByte(position, tag);
  let p = writeDouble(writeByte(open(start), 0x09), point.value);
  const exemplar = latestOf(point.exemplars);
  if (exemplar !== undefined) p = writeExemplar(p, 0x12, exemplar, options);
  return close(start, writeTime(p, 0x1a, point.startTime));
}

function writeClassic(
  position: number,
  point: DataPoint<HistogramValue>,
  options: ExpositionOptions,
): number {
  const { buckets, count, sum } = point.value;
  const { boundaries, counts } = buckets;
  const start = writeByte(position, 0x3a);
  let p = writeVarint(writeByte(start + WIDE_LENGTH, 0x08), count);
  if (sum !== undefined && !((boundaries[0] ?? 0) < 0)) p = writeDouble(writeByte(p, 0x11), sum);
  const exemplars = byBucket(point.exemplars, boundaries);
  let total = 0;
  for (let index = 0; index <= boundaries.length; index++) {
    const bound = boundaries[index] ?? Number.POSITIVE_INFINITY;
    total = bound === Number.POSITIVE_INFINITY ? count : total + (counts[index] ?? 0);
    reserve(p, 0);
    const bucketStart = writeByte(p, 0x1a);
    p = writeVarint(writeByte(open(bucketStart), 0x08), total);
    p = writeDouble(writeByte(p, 0x11), bound);
    const exemplar = exemplars?.[index];
    if (exemplar !== undefined) p = writeExemplar(p, 0x1a, exemplar, options);
    p = close(bucketStart, p);
    if (bound === Number.POSITIVE_INFINITY) break;
  }
  reserve(p, 0);
  p = writeTime(p, 0x7a, point.startTime);
  closeWide(start, p);
  return p;
}

/** Returns the position unchanged, and says so, for a histogram that is coarser than Prometheus knows. */
function writeNative(
  position: number,
  name: string,
  point: DataPoint<ExponentialHistogramValue>,
  options: ExpositionOptions,
): number {
  const { value } = point;
  const native = nativeHistogram(value);
  if (native === undefined) {
    const text = `Prometheus: a series of ${name} is left out: its scale is ${value.scale}, the least that there is is -4`;
    reportOnce('warn', 'prometheus_scale', name, text);
    return position;
  }
  const start = writeByte(position, 0x3a);
  let p = writeVarint(writeByte(start + WIDE_LENGTH, 0x08), value.count);
  p = writeDouble(writeByte(p, 0x11), value.sum ?? Number.NaN);
  p = writeVarint(writeByte(p, 0x28), zigzag(native.schema));
  p = writeDouble(writeByte(p, 0x31), native.zeroThreshold);
  p = writeVarint(writeByte(p, 0x38), value.zeroCount);
  p = writeBuckets(p, 0x4a, 0x50, native.negative);
  p = writeBuckets(p, 0x62, 0x68, native.positive);
  reserve(p, 0);
  p = writeTime(p, 0x7a, point.startTime);
  for (const exemplar of point.exemplars ?? []) p = writeExemplar(p, EXEMPLARS, exemplar, options);
  closeWide(start, p);
  return p;
}

/** Field 16, length-delimited: a tag of two bytes. */
const EXEMPLARS = 0x82;

function writeBuckets(position: number, spanTag: number, deltaTag: number, buckets: SparseBuckets): number {
  let p = position;
  for (const { offset, length } of buckets.spans) {
    reserve(p, 0);
    const start = writeByte(p, spanTag);
    p = writeVarint(writeByte(open(start), 0x08), zigzag(offset));
    p = close(start, writeVarint(writeByte(p, 0x10), length));
  }
  for (const delta of buckets.deltas) {
    reserve(p, 0);
    p = writeVarint(writeByte(p, deltaTag), wideZigzag(delta));
  }
  return p;
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** As zigzag, for differences of counts, which may be larger than 32 bits. */
function wideZigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function writeTime(position: number, tag: number, [seconds, nanos]: HrTime): number {
  if (!(seconds > 0)) return position;
  const start = writeByte(position, tag);
  let p = writeVarint(writeByte(open(start), 0x08), seconds);
  if (nanos > 0) p = writeVarint(writeByte(p, 0x10), nanos);
  return close(start, p);
}

function writeExemplar(
  position: number,
  tag: number,
  exemplar: Exemplar,
  { naming }: ExpositionOptions,
): number {
  reserve(position, 0);
  const start = tag < 0x80 ? writeByte(position, tag) : writeTag2(position, tag);
  let p = writeLabels(open(start), exemplarLabels(exemplar, naming));
  p = writeDouble(writeByte(p, 0x11), exemplar.value);
  return close(start, writeTime(p, 0x1a, exemplar.timestamp));
}
