/**
 * Metric of opentelemetry/proto/metrics/v1/metrics.proto in protobuf.
 *
 *   Metric { 1 name, 2 description, 3 unit, 5 gauge, 7 sum, 9 histogram, 10 exponential_histogram, 12 metadata }
 *   Gauge, Sum, Histogram, ExponentialHistogram { 1 points, 2 temporality, 3 is_monotonic }
 *   NumberDataPoint { 2 start, 3 time, 4 as_double, 5 exemplars, 6 as_int, 7 attributes, 8 flags }
 *   HistogramDataPoint { 2 start, 3 time, 4 count, 5 sum, 6 bucket_counts, 7 explicit_bounds, 8 exemplars,
 *                        9 attributes, 10 flags, 11 min, 12 max }
 *   ExponentialHistogramDataPoint { 1 attributes, 2 start, 3 time, 4 count, 5 sum, 6 scale, 7 zero_count, 8 positive,
 *                                   9 negative, 10 flags, 11 exemplars, 12 min, 13 max, 14 zero_threshold }
 *   Buckets { 1 offset, 2 bucket_counts }
 *   Exemplar { 2 time, 3 as_double, 4 span_id, 5 trace_id, 6 as_int, 7 filtered_attributes }
 *
 * This is a hot path (bench/README.md), in the manner of traces/encode.ts. Points of one collection share their times
 * and points of one metric their bounds: those are bytes already when the next point comes.
 */
import type { HrTime } from '../../api/common/time.ts';
import { fillEpochNanos, type U64 } from '../../sdk/common/clock.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { parsedSpanId, parseSpanId, parseTraceId } from '../../sdk/common/ids.ts';
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
import { KeyMemo, writeEntries, writeEntriesAgain } from '../message/any-value.ts';
import { completeRequest } from '../message/resource.ts';
import { encodeByScope, type RecordWriter } from '../message/scope-groups.ts';
import type { SignalCodec } from '../signal-codec.ts';
import {
  close,
  closeWide,
  open,
  reserve,
  varintSize,
  view,
  WIDE_LENGTH,
  writeByte,
  writeDouble,
  writeFixed64,
  writeRaw,
  writeString,
  writeVarint,
  writeWord,
} from '../wire/protobuf-writer.ts';
import { isInt64 } from './number-kind.ts';
import { halveRuns, type PointRun, pointsOf } from './point-run.ts';

/** The protobuf codec of the metrics signal. */
export const metricsProtobuf: SignalCodec<PointRun> = {
  signal: 'metrics',
  encoding: 'protobuf',
  encode(runs, count) {
    forgetShared();
    return encodeByScope(runs, count, runWriter);
  },
  complete: (batch) => completeRequest(batch.resource, batch.scopes),
  sizeOf: pointsOf,
  halve: halveRuns,
};

const runWriter: RecordWriter<PointRun, PointRun> = {
  what: 'metric',
  recordOf: (run) => run,
  write: writeMetric,
  sizeOf: (run) => run.size - run.lost,
};

/** Field number and wire type of the kinds, by DataPointType: histogram, exponential histogram, gauge, sum. */
const KIND_TAGS = [0x4a, 0x52, 0x2a, 0x3a] as const;

const TWO_32 = 0x1_0000_0000;

/** The protocol counts temporalities from UNSPECIFIED = 0, the SDK from DELTA = 0. */
const WIRE_DELTA = 1;
const WIRE_CUMULATIVE = 2;

function writeMetric(position: number, run: PointRun): number {
  const { metric } = run;
  const problem = problemOfMetric(metric);
  if (problem !== undefined) throw new TypeError(problem);
  const kindTag = KIND_TAGS[metric.dataPointType];
  reserve(position, 0);
  const start = writeByte(position, 0x12);
  let p = writeDescriptor(start + WIDE_LENGTH, metric);
  reserve(p, 0);
  const dataStart = writeByte(p, kindTag);
  p = writeKind(dataStart + WIDE_LENGTH, metric);
  const empty = p;
  p = writePoints(p, run);
  if (p === empty) return position;
  closeWide(dataStart, p);
  closeWide(start, p);
  return p;
}

function writeDescriptor(position: number, { descriptor }: MetricData): number {
  const { name, description, unit, metadata } = descriptor;
  let p = writeString(writeByte(position, 0x0a), name);
  if (description) p = writeString(writeByte(p, 0x12), description);
  reserve(p, 0);
  if (unit) p = writeString(writeByte(p, 0x1a), unit);
  return metadata === undefined ? p : writeEntries(p, 0x62, metadata);
}

function writeKind(position: number, metric: MetricData): number {
  if (metric.dataPointType === DataPointType.GAUGE) return position;
  const isDelta = metric.aggregationTemporality === AggregationTemporality.DELTA;
  const p = writeByte(writeByte(position, 0x10), isDelta ? WIRE_DELTA : WIRE_CUMULATIVE);
  const isMonotonic = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
  return isMonotonic ? writeByte(writeByte(p, 0x18), 1) : p;
}

/** A loop for each kind keeps the writers of points monomorphic; one that cannot be written takes none along. */
function writePoints(position: number, run: PointRun): number {
  const { metric, from, to } = run;
  const isInt = metric.descriptor.valueType === 0;
  const points: readonly DataPoint<unknown>[] = metric.dataPoints;
  const write = WRITERS[metric.dataPointType] as PointWriter;
  run.lost = 0;
  let p = position;
  for (let index = from; index < to; index++) {
    try {
      p = write(p, points[index]!, isInt);
    } catch (error) {
      run.lost++;
      const { name } = metric.descriptor;
      report(
        'error',
        'encoding_failed',
        `A data point of ${name} could not be encoded and is dropped`,
        error,
      );
    }
  }
  return p;
}

type PointWriter = (position: number, point: DataPoint<unknown>, isInt: boolean) => number;

const pointKeys = /* @__PURE__ */ new KeyMemo();

function writeNumberPoint(position: number, point: DataPoint<number>, isInt: boolean): number {
  reserve(position, 0);
  const start = writeByte(position, 0x0a);
  let p = writeTimes(open(start), point);
  const { value, exemplars, flags } = point;
  p =
    isInt && isInt64(value)
      ? writeInt64Fixed(writeByte(p, 0x31), value)
      : writeDouble(writeByte(p, 0x21), value);
  p = writeEntriesAgain(p, 0x3a, point.attributes, pointKeys);
  if (exemplars !== undefined) p = writeExemplars(p, 0x2a, exemplars, isInt);
  if (flags) p = writeFlags(p, 0x40, flags);
  return close(start, p);
}

function writeHistogramPoint(position: number, point: DataPoint<HistogramValue>, isInt: boolean): number {
  reserve(position, 0);
  const start = writeByte(position, 0x0a);
  const { value, exemplars, flags } = point;
  let p = writeTimes(open(start), point);
  p = writeCount(writeByte(p, 0x21), value.count);
  if (value.sum !== undefined) p = writeDouble(writeByte(p, 0x29), value.sum);
  if (value.min !== undefined) p = writeDouble(writeByte(p, 0x59), value.min);
  if (value.max !== undefined) p = writeDouble(writeByte(p, 0x61), value.max);
  p = writeCounts(p, value.buckets.counts);
  p = writeBounds(p, value.buckets.boundaries);
  p = writeEntriesAgain(p, 0x4a, point.attributes, pointKeys);
  if (exemplars !== undefined) p = writeExemplars(p, 0x42, exemplars, isInt);
  if (flags) p = writeFlags(p, 0x50, flags);
  return close(start, p);
}

function writeExponentialPoint(
  position: number,
  point: DataPoint<ExponentialHistogramValue>,
  isInt: boolean,
): number {
  reserve(position, 0);
  const start = writeByte(position, 0x0a);
  const { value, exemplars, flags } = point;
  let p = writeTimes(open(start), point);
  p = writeCount(writeByte(p, 0x21), value.count);
  if (value.sum !== undefined) p = writeDouble(writeByte(p, 0x29), value.sum);
  p = writeVarint(writeByte(p, 0x30), zigzag(value.scale));
  p = writeCount(writeByte(p, 0x39), value.zeroCount);
  if (value.zeroThreshold) p = writeDouble(writeByte(p, 0x71), value.zeroThreshold);
  if (value.min !== undefined) p = writeDouble(writeByte(p, 0x61), value.min);
  if (value.max !== undefined) p = writeDouble(writeByte(p, 0x69), value.max);
  p = writeBuckets(p, 0x42, value.positive);
  p = writeBuckets(p, 0x4a, value.negative);
  p = writeEntriesAgain(p, 0x0a, point.attributes, pointKeys);
  if (exemplars !== undefined) p = writeExemplars(p, 0x5a, exemplars, isInt);
  if (flags) p = writeFlags(p, 0x50, flags);
  return close(start, p);
}

/** By DataPointType. */
const WRITERS = [
  writeHistogramPoint,
  writeExponentialPoint,
  writeNumberPoint,
  writeNumberPoint,
] as readonly unknown[];

const startTime: U64 = { high: 0, low: 0 };
const endTime: U64 = { high: 0, low: 0 };
let startTuple: HrTime | undefined;
let endTuple: HrTime | undefined;

/** What was shared within one message is compared by identity: nobody changes it while that is being written. */
function forgetShared(): void {
  startTuple = undefined;
  endTuple = undefined;
  boundsTuple = undefined;
}

function writeTimes(position: number, point: DataPoint<unknown>): number {
  const { startTime: start, endTime: end } = point;
  if (start !== startTuple || start === undefined) {
    fillEpochNanos(start[0], start[1], startTime);
    startTuple = start;
  }
  if (end !== endTuple || end === undefined) {
    fillEpochNanos(end[0], end[1], endTime);
    endTuple = end;
  }
  const p = writeFixed64(writeByte(position, 0x11), startTime);
  return writeFixed64(writeByte(p, 0x19), endTime);
}

/** An integer within int64, exactly: both halves of a double that is a whole number are whole numbers. */
function writeInt64Fixed(position: number, value: number): number {
  const high = Math.floor(value / TWO_32);
  view.setInt32(position, value - high * TWO_32, true);
  view.setInt32(position + 4, high, true);
  return position + 8;
}

function writeCount(position: number, count: number): number {
  return writeInt64Fixed(position, countOf(count));
}

/** Counts of ours are whole and safe; what a foreign producer gives must not break the message that it is in. */
function countOf(count: number): number {
  if (count >= 0 && count <= Number.MAX_SAFE_INTEGER) return count;
  return count > 0 ? Number.MAX_SAFE_INTEGER : 0;
}

function writeCounts(position: number, counts: readonly number[]): number {
  const { length } = counts;
  if (length === 0) return position;
  reserve(position, length * 8);
  let p = writeVarint(writeByte(position, 0x32), length * 8);
  for (let index = 0; index < length; index++) p = writeCount(p, counts[index]!);
  return p;
}

let boundsTuple: readonly number[] | undefined;
let boundsField: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

function writeBounds(position: number, bounds: readonly number[]): number {
  if (bounds !== boundsTuple || bounds === undefined) {
    boundsField = encodeBounds(bounds);
    boundsTuple = bounds;
  }
  reserve(position, boundsField.length);
  return writeRaw(position, boundsField);
}

function encodeBounds(bounds: readonly number[]): Uint8Array {
  const size = bounds.length * 8;
  if (size === 0) return new Uint8Array(0);
  const head = 1 + varintSize(size);
  const field = new Uint8Array(head + size);
  field[0] = 0x3a;
  let rest = size;
  for (let index = 1; index < head; index++) {
    field[index] = index < head - 1 ? (rest & 0x7f) | 0x80 : rest;
    rest >>>= 7;
  }
  const numbers = new DataView(field.buffer, head);
  bounds.forEach((bound, index) => {
    numbers.setFloat64(index * 8, bound, true);
  });
  return field;
}

/** Bytes of a packed varint at most. */
const MAX_VARINT = 10;

function writeBuckets(position: number, tag: number, { offset, bucketCounts }: ExponentialBuckets): number {
  const { length } = bucketCounts;
  if (length === 0) return position;
  reserve(position, length * MAX_VARINT);
  const start = writeByte(position, tag);
  let p = writeVarint(writeByte(open(start), 0x08), zigzag(offset));
  const countsStart = writeByte(p, 0x12);
  p = open(countsStart);
  for (let index = 0; index < length; index++) p = writeVarint(p, countOf(bucketCounts[index]!));
  return close(start, close(countsStart, p));
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function writeExemplars(
  position: number,
  tag: number,
  exemplars: readonly Exemplar[],
  isInt: boolean,
): number {
  let p = position;
  for (const exemplar of exemplars) p = writeExemplar(p, tag, exemplar, isInt);
  return p;
}

function writeExemplar(position: number, tag: number, exemplar: Exemplar, isInt: boolean): number {
  const { value, timestamp, traceId, spanId, filteredAttributes } = exemplar;
  reserve(position, 0);
  const start = writeByte(position, tag);
  fillEpochNanos(timestamp[0], timestamp[1], scratch);
  let p = writeFixed64(writeByte(open(start), 0x11), scratch);
  p =
    isInt && isInt64(value)
      ? writeInt64Fixed(writeByte(p, 0x31), value)
      : writeDouble(writeByte(p, 0x19), value);
  const trace = traceId === undefined ? undefined : parseTraceId(traceId);
  if (trace !== undefined && spanId !== undefined && parseSpanId(spanId)) {
    p = writeByte(writeByte(p, 0x22), 8);
    p = writeWord(writeWord(p, parsedSpanId.high), parsedSpanId.low);
    p = writeByte(writeByte(p, 0x2a), 16);
    p = writeWord(writeWord(p, trace.word0), trace.word1);
    p = writeWord(writeWord(p, trace.word2), trace.word3);
  }
  return close(start, filteredAttributes ? writeEntries(p, 0x3a, filteredAttributes) : p);
}

const scratch: U64 = { high: 0, low: 0 };

function writeFlags(position: number, tag: number, flags: number): number {
  reserve(position, 0);
  return writeVarint(writeByte(position, tag), flags >>> 0);
}
