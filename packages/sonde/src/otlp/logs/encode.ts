/**
 * LogRecord of opentelemetry/proto/logs/v1/logs.proto in protobuf.
 *
 *   LogRecord { 1 time, 2 severity_number, 3 severity_text, 5 body, 6 attributes, 7 dropped_attributes, 8 flags,
 *               9 trace_id, 10 span_id, 11 observed_time, 12 event_name }
 *
 * This is a hot path (bench/README.md), in the manner of traces/encode.ts.
 */
import type { SpanContext } from '../../api/trace/span-context.ts';
import { fillEpochNanos, fillTicks, type U64 } from '../../sdk/common/clock.ts';
import { parsedSpanId, parseSpanId, parseTraceId, type TraceId } from '../../sdk/common/ids.ts';
import { recordOf } from '../../sdk/logs/foreign-log-record.ts';
import { LogRecordImpl } from '../../sdk/logs/log-record.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { KeyMemo, writeAnyValue, writeAttributes } from '../message/any-value.ts';
import { completeRequest } from '../message/resource.ts';
import { encodeByScope, type RecordWriter } from '../message/scope-groups.ts';
import type { SignalCodec } from '../signal-codec.ts';
import {
  close,
  open,
  reserve,
  writeByte,
  writeFixed32,
  writeFixed64,
  writeString,
  writeVarint,
  writeWord,
} from '../wire/protobuf-writer.ts';

const time: U64 = { high: 0, low: 0 };

/** The protobuf codec of the logs signal. */
export const logsProtobuf: SignalCodec<ReadableLogRecord> = {
  signal: 'logs',
  encoding: 'protobuf',
  encode: (records, count) => encodeByScope(records, count, logRecordWriter),
  complete: (batch) => completeRequest(batch.resource, batch.scopes),
};

const logRecordWriter: RecordWriter<ReadableLogRecord, LogRecordImpl> = {
  what: 'log record',
  recordOf: (record) => (record instanceof LogRecordImpl ? record : recordOf(record)),
  write: writeLogRecord,
};

const recordKeys = /* @__PURE__ */ new KeyMemo();

function writeLogRecord(position: number, record: LogRecordImpl): number {
  reserve(position, 0);
  const start = writeByte(position, 0x12);
  let p = writeTimes(open(start), record);
  if (record.severity !== undefined) p = writeByte(writeByte(p, 0x10), record.severity);
  if (record.text !== undefined) p = writeString(writeByte(p, 0x1a), record.text);
  if (record.content !== undefined && record.content !== null) p = writeBody(p, record.content);
  p = writeAttributes(p, 0x32, record.attributeList, recordKeys);
  reserve(p, 0);
  if (record.attributeList.dropped > 0) p = writeVarint(writeByte(p, 0x38), record.attributeList.dropped);
  if (record.link !== undefined) p = writeSpanContext(p, record.link);
  if (record.event !== undefined) p = writeString(writeByte(p, 0x62), record.event);
  return close(start, p);
}

/** A time that nobody gave stays unset: the protocol's 0 means unknown (logs/data-model.md#field-timestamp). */
function writeTimes(position: number, record: LogRecordImpl): number {
  let p = position;
  if (record.timestamp !== undefined) {
    fillEpochNanos(record.timestamp[0], record.timestamp[1], time);
    p = writeFixed64(writeByte(p, 0x09), time);
  }
  if (record.exactObserved === undefined) fillTicks(record.anchor, record.observedTicks, time);
  else fillEpochNanos(record.exactObserved[0], record.exactObserved[1], time);
  return writeFixed64(writeByte(p, 0x59), time);
}

function writeBody(position: number, body: unknown): number {
  reserve(position, 0);
  const start = writeByte(position, 0x2a);
  return close(start, writeAnyValue(open(start), body));
}

/** The ids of the span before as numbers: records of one span come one after the other, and to parse them takes 120 ns. */
const last: { traceId: string; spanId: string; trace: TraceId | undefined; high: number; low: number } = {
  traceId: '',
  spanId: '',
  trace: undefined,
  high: 0,
  low: 0,
};

function parseIds({ traceId, spanId }: SpanContext): boolean {
  if (traceId === last.traceId && spanId === last.spanId) return last.trace !== undefined;
  last.traceId = traceId;
  last.spanId = spanId;
  last.trace = parseTraceId(traceId);
  if (!parseSpanId(spanId)) last.trace = undefined;
  last.high = parsedSpanId.high;
  last.low = parsedSpanId.low;
  return last.trace !== undefined;
}

function writeSpanContext(position: number, context: SpanContext): number {
  if (!parseIds(context)) return position;
  const { word0, word1, word2, word3 } = last.trace!;
  let p = writeFixed32(writeByte(position, 0x45), context.traceFlags & 0xff);
  p = writeByte(writeByte(p, 0x4a), 16);
  p = writeWord(writeWord(p, word0), word1);
  p = writeWord(writeWord(p, word2), word3);
  p = writeByte(writeByte(p, 0x52), 8);
  return writeWord(writeWord(p, last.high), last.low);
}
