/**
 * Spans as Jaeger's Thrift (jaeger.thrift of jaeger-idl), in either encoding.
 *
 *   Batch { 1 process, 2 spans }   Process { 1 serviceName, 2 tags }
 *   Span { 1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName, 6 references, 7 flags, 8 startTime,
 *          9 duration, 10 tags, 11 logs }
 *   SpanRef { 1 refType, 2 traceIdLow, 3 traceIdHigh, 4 spanId }   Log { 1 timestamp, 2 fields }
 *   Tag { 1 key, 2 vType, 3 vStr, 4 vDouble, 5 vBool, 6 vLong, 7 vBinary }
 *
 * Over HTTP a message is a Batch; a datagram is a call `emitBatch(1: Batch)` that nobody answers, and holds as many spans
 * as it may have bytes.
 */
import type { Link } from '../../api/trace/span.ts';
import { groupByResource, type RecordReader } from '../../otlp/message/scope-groups.ts';
import type { EncodedBatch, SignalCodec } from '../../otlp/signal-codec.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { parsedSpanId, parseSpanId, parseTraceId } from '../../sdk/common/ids.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import { recordOf } from '../../sdk/traces/foreign-span.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, SpanRecord } from '../../sdk/traces/span-record.ts';
import { durationMicros, scopeTags, serviceNameOf, startMicros, type Tag } from '../span-parts.ts';
import { processTags, spanLinks, spanLogs, spanTags } from './span-parts.ts';
import type { ThriftWriter } from './thrift-writer.ts';

/** What the exporter's options say about the process. */
export interface JaegerProcess {
  /** In place of the resource's `service.name`. */
  readonly serviceName: string | undefined;
  readonly tags: readonly Tag[];
}

export interface ThriftFraming {
  readonly writer: ThriftWriter;
  /** Whether a message is a call for a datagram. */
  readonly isCall: boolean;
  /** Bytes of one message; what is more goes into the next. Infinity: all spans of a resource are one message. */
  readonly maxBytes: number;
}

const FOLLOWS_FROM = 1;
const STRING = 0;
const DOUBLE = 1;
const BOOL = 2;
const LONG = 3;
const BINARY = 4;

const TWO_32 = 0x1_0000_0000;

/** Bytes by which the head may grow with the number of spans: the size of their list. */
const LIST_SIZE_BYTES = 8;
/** Bytes kept free for attributes of a resource that come late. */
const PENDING_BYTES = 2_048;

export const spanReader: RecordReader<ReadableSpan, SpanRecord> = {
  what: 'span',
  recordOf: (span) => (span instanceof SpanRecord ? span : recordOf(span)),
};

export function thriftCodec(source: JaegerProcess, framing: ThriftFraming): SignalCodec<ReadableSpan> {
  return {
    signal: 'traces',
    encoding: 'protobuf',
    encode: (spans, count) => encode(source, framing, spans, count),
    complete: ({ resource, scopes, count }) => {
      const head = headOf(source, framing, resource, count);
      return [head, scopes, new Uint8Array(framing.isCall ? 2 : 1)];
    },
  };
}

/** Everything before the first span. What comes after the last is the stop bytes of the structs that it opens. */
function headOf(
  source: JaegerProcess,
  { writer, isCall }: ThriftFraming,
  resource: Resource,
  count: number,
): Uint8Array {
  writer.start();
  if (isCall) {
    writer.oneway('emitBatch');
    writer.structBegin();
    writer.structField(1);
  } else writer.structBegin();
  writer.structField(1);
  writer.stringField(1, serviceNameOf(source.serviceName, resource));
  writeTags(writer, 2, processTags(resource, source.tags));
  writer.structEnd();
  writer.structsField(2, count);
  return writer.finish();
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

function encode(
  source: JaegerProcess,
  framing: ThriftFraming,
  spans: readonly ReadableSpan[],
  count: number,
): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (const [resource, groups] of groupByResource(spans, count, spanReader)) {
    const pending = resource.asyncAttributesPending === true ? PENDING_BYTES : 0;
    const room =
      framing.maxBytes === Number.POSITIVE_INFINITY
        ? framing.maxBytes
        : framing.maxBytes - headOf(source, framing, resource, 1).length - LIST_SIZE_BYTES - pending - 2;
    const { writer } = framing;
    writer.start();
    const ranges: Range[] = [];
    let start = 0;
    let inRange = 0;
    for (const [scope, records] of groups) {
      const tags = scopeTags(scope);
      for (const span of records) {
        const before = writer.position;
        if (!writeSpanOrNothing(writer, span, tags)) continue;
        if (inRange > 0 && writer.position - start > room) {
          ranges.push({ start, end: before, count: inRange });
          start = before;
          inRange = 0;
        }
        inRange++;
      }
    }
    if (inRange > 0) ranges.push({ start, end: writer.position, count: inRange });
    for (const { start, end, count } of ranges) {
      const scopes = ranges.length === 1 ? writer.finish() : writer.part(start, end);
      batches.push({ resource, scopes, count });
    }
  }
  return batches;
}

/** False, and said, for a span that cannot be encoded; then nothing of it is left. */
function writeSpanOrNothing(writer: ThriftWriter, span: SpanRecord, scope: readonly Tag[]): boolean {
  const before = writer.position;
  try {
    writeSpan(writer, span, scope);
    return true;
  } catch (error) {
    writer.rewind(before);
    report('error', 'encoding_failed', 'A span could not be encoded and is dropped', error);
    return false;
  }
}

function writeSpan(writer: ThriftWriter, span: SpanRecord, scope: readonly Tag[]): void {
  const { word0, word1, word2, word3 } = span.traceId!;
  const hasParent = span.parentFlags !== NO_PARENT;
  const links = spanLinks(span);
  const micros = startMicros(span);
  writer.structBegin();
  writer.i64Field(1, word2, word3);
  writer.i64Field(2, word0, word1);
  writer.i64Field(3, span.spanIdHigh, span.spanIdLow);
  writer.i64Field(4, hasParent ? span.parentSpanIdHigh : 0, hasParent ? span.parentSpanIdLow : 0);
  writer.stringField(5, span.name);
  if (links.length > 0) {
    writer.structsField(6, links.length);
    for (const link of links) writeReference(writer, link);
  }
  writer.i32Field(7, span.traceFlags & 1);
  writeLong(writer, 8, micros);
  writeLong(writer, 9, durationMicros(span));
  writeTags(writer, 10, spanTags(span, scope));
  const logs = spanLogs(span, micros);
  if (logs.length > 0) {
    writer.structsField(11, logs.length);
    for (const log of logs) {
      writer.structBegin();
      writeLong(writer, 1, log.micros);
      writeTags(writer, 2, log.fields);
      writer.structEnd();
    }
  }
  writer.structEnd();
}

function writeReference(writer: ThriftWriter, { context }: Link): void {
  const traceId = parseTraceId(context.traceId);
  parseSpanId(context.spanId);
  writer.structBegin();
  writer.i32Field(1, FOLLOWS_FROM);
  writer.i64Field(2, traceId?.word2 ?? 0, traceId?.word3 ?? 0);
  writer.i64Field(3, traceId?.word0 ?? 0, traceId?.word1 ?? 0);
  writer.i64Field(4, parsedSpanId.high, parsedSpanId.low);
  writer.structEnd();
}

function writeTags(writer: ThriftWriter, id: number, tags: readonly Tag[]): void {
  writer.structsField(id, tags.length);
  for (const [key, value] of tags) {
    writer.structBegin();
    writer.stringField(1, key);
    writeValue(writer, value);
    writer.structEnd();
  }
}

/**
 * Numbers, truths and bytes as such; lists and maps as JSON. NaN and the infinities are their names: of a trace that
 * holds one as a number Jaeger's query API gives an error instead of the trace (2.13).
 */
function writeValue(writer: ThriftWriter, value: unknown): void {
  if (typeof value === 'string') {
    writer.i32Field(2, STRING);
    writer.stringField(3, value);
  } else if (typeof value === 'boolean') {
    writer.i32Field(2, BOOL);
    writer.boolField(5, value);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    const isLong = Number.isSafeInteger(value) && !Object.is(value, -0);
    writer.i32Field(2, isLong ? LONG : DOUBLE);
    if (isLong) writeLong(writer, 6, value);
    else writer.doubleField(4, value);
  } else if (typeof value === 'bigint') {
    const bits = BigInt.asUintN(64, value);
    writer.i32Field(2, LONG);
    writer.i64Field(6, Number(bits >> 32n) | 0, Number(bits & 0xffff_ffffn) | 0);
  } else if (value instanceof Uint8Array) {
    writer.i32Field(2, BINARY);
    writer.bytesField(7, value);
  } else {
    writer.i32Field(2, STRING);
    writer.stringField(3, attributeText(value));
  }
}

/** A safe integer. */
function writeLong(writer: ThriftWriter, id: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  writer.i64Field(id, high | 0, (value - high * TWO_32) | 0);
}
