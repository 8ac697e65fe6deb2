/**
 * Spans as Jaeger's protobuf (model.proto and collector.proto of api_v2), for its gRPC collector.
 *
 *   PostSpansRequest { 1 batch }   Batch { 1 spans, 2 process }   Process { 1 service_name, 2 tags }
 *   Span { 1 trace_id, 2 span_id, 3 operation_name, 4 references, 5 flags, 6 start_time, 7 duration, 8 tags, 9 logs }
 *   SpanRef { 1 trace_id, 2 span_id, 3 ref_type }   Log { 1 timestamp, 2 fields }
 *   KeyValue { 1 key, 2 v_type, 3 v_str, 4 v_bool, 5 v_int64, 6 v_float64, 7 v_binary }
 *   Timestamp and Duration { 1 seconds, 2 nanos }
 */
import type { HrTime } from '../../api/common/time.ts';
import type { Link } from '../../api/trace/span.ts';
import { groupByResource } from '../../otlp/message/scope-groups.ts';
import type { EncodedBatch, SignalCodec } from '../../otlp/signal-codec.ts';
import {
  close,
  closeWide,
  open,
  reserve,
  take,
  WIDE_LENGTH,
  writeBigInt64,
  writeByte,
  writeBytes,
  writeDouble,
  writeInt64,
  writeRaw,
  writeString,
  writeVarint,
  writeWord,
} from '../../otlp/wire/protobuf-writer.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { parsedSpanId, parseSpanId, parseTraceId, type TraceId } from '../../sdk/common/ids.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, type SpanRecord } from '../../sdk/traces/span-record.ts';
import { scopeTags, serviceNameOf, startMicros, type Tag } from '../span-parts.ts';
import { type JaegerProcess, spanReader } from './encode-thrift.ts';
import { processTags, spanLinks, spanLogs, spanTags } from './span-parts.ts';

/** Not the numbers of the Thrift form. */
const BOOL = 1;
const INT64 = 2;
const FLOAT64 = 3;
const BINARY = 4;

const FOLLOWS_FROM = 1;

export function grpcCodec(source: JaegerProcess): SignalCodec<ReadableSpan> {
  return {
    signal: 'traces',
    encoding: 'protobuf',
    encode,
    complete: ({ resource, scopes }) => {
      reserve(0, 0);
      const start = writeByte(0, 0x12);
      let p = writeString(writeByte(open(start), 0x0a), serviceNameOf(source.serviceName, resource));
      p = close(start, writeTags(p, 0x12, processTags(resource, source.tags)));
      const processField = take(0, p);
      reserve(0, 0);
      const head = take(0, writeVarint(writeByte(0, 0x0a), scopes.length + processField.length));
      return [head, scopes, processField];
    },
  };
}

function encode(spans: readonly ReadableSpan[], count: number): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (const [resource, groups] of groupByResource(spans, count, spanReader)) {
    let position = 0;
    let written = 0;
    for (const [scope, records] of groups) {
      const tags = scopeTags(scope);
      for (const span of records) {
        try {
          position = writeSpan(position, span, tags);
          written++;
        } catch (error) {
          report('error', 'encoding_failed', 'A span could not be encoded and is dropped', error);
        }
      }
    }
    if (written > 0) batches.push({ resource, scopes: take(0, position), count: written });
  }
  return batches;
}

function writeSpan(position: number, span: SpanRecord, scope: readonly Tag[]): number {
  reserve(position, 0);
  const start = writeByte(position, 0x0a);
  let p = writeIds(start + WIDE_LENGTH, span.traceId, span.spanIdHigh, span.spanIdLow);
  p = writeString(writeByte(p, 0x1a), span.name);
  if (span.parentFlags !== NO_PARENT) {
    reserve(p, 0);
    const reference = writeByte(p, 0x22);
    // CHILD_OF is 0 and left out.
    p = close(
      reference,
      writeIds(open(reference), span.traceId, span.parentSpanIdHigh, span.parentSpanIdLow),
    );
  }
  for (const link of spanLinks(span)) p = writeLink(p, link);
  reserve(p, 0);
  if ((span.traceFlags & 1) !== 0) p = writeByte(writeByte(p, 0x28), 1);
  p = writeTime(p, 0x32, span.startTime);
  p = writeTime(p, 0x3a, span.duration);
  p = writeTags(p, 0x42, spanTags(span, scope));
  for (const { time, fields } of spanLogs(span, startMicros(span))) {
    reserve(p, 0);
    const log = writeByte(p, 0x4a);
    p = closeWideAt(log, writeTags(writeTime(log + WIDE_LENGTH, 0x0a, time()), 0x12, fields));
  }
  return closeWideAt(start, p);
}

function closeWideAt(start: number, position: number): number {
  closeWide(start, position);
  return position;
}

function writeIds(position: number, traceId: TraceId | undefined, high: number, low: number): number {
  let p = writeByte(writeByte(position, 0x0a), 16);
  p = writeWord(writeWord(p, traceId?.word0 ?? 0), traceId?.word1 ?? 0);
  p = writeWord(writeWord(p, traceId?.word2 ?? 0), traceId?.word3 ?? 0);
  p = writeByte(writeByte(p, 0x12), 8);
  return writeWord(writeWord(p, high), low);
}

function writeLink(position: number, { context }: Link): number {
  reserve(position, 0);
  const start = writeByte(position, 0x22);
  parseSpanId(context.spanId);
  const p = writeIds(open(start), parseTraceId(context.traceId), parsedSpanId.high, parsedSpanId.low);
  return close(start, writeByte(writeByte(p, 0x18), FOLLOWS_FROM));
}

/** Times out of form, which another SDK may give, become 0. */
function writeTime(position: number, tag: number, time: HrTime): number {
  reserve(position, 0);
  const start = writeByte(position, tag);
  const [seconds, nanos] = time;
  const isTime = Number.isSafeInteger(seconds) && seconds >= 0 && Number.isInteger(nanos) && nanos >= 0;
  let p = open(start);
  if (isTime) {
    p = writeVarint(writeByte(p, 0x08), seconds + Math.floor(nanos / 1e9));
    p = writeVarint(writeByte(p, 0x10), nanos % 1e9);
  }
  return close(start, p);
}

function writeTags(position: number, tag: number, tags: readonly Tag[]): number {
  let p = position;
  for (const [key, value] of tags) {
    reserve(p, 0);
    const start = writeByte(p, tag);
    p = writeString(writeByte(open(start), 0x0a), key);
    reserve(p, 0);
    p = close(start, writeValue(p, value));
  }
  return p;
}

/** As in encode-thrift.ts. */
function writeValue(position: number, value: unknown): number {
  const typed = (type: number): number => writeByte(writeByte(position, 0x10), type);
  if (typeof value === 'boolean') return writeRaw(typed(BOOL), value ? TRUE_FIELD : FALSE_FIELD);
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? writeInt64(writeByte(typed(INT64), 0x28), value)
      : writeDouble(writeByte(typed(FLOAT64), 0x31), value);
  }
  if (typeof value === 'bigint') return writeBigInt64(writeByte(typed(INT64), 0x28), value);
  if (value instanceof Uint8Array) return writeBytes(writeByte(typed(BINARY), 0x3a), value);
  return writeString(writeByte(position, 0x1a), typeof value === 'string' ? value : attributeText(value));
}

const TRUE_FIELD = /* @__PURE__ */ Uint8Array.of(0x20, 1);
const FALSE_FIELD = /* @__PURE__ */ Uint8Array.of(0x20, 0);
