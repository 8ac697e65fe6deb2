/**
 * Span of opentelemetry/proto/trace/v1/trace.proto in protobuf.
 *
 *   Span { 1 trace_id, 2 span_id, 3 trace_state, 4 parent_span_id, 5 name, 6 kind, 7 start, 8 end, 9 attributes,
 *          10 dropped_attributes, 11 events, 12 dropped_events, 13 links, 14 dropped_links, 15 status, 16 flags }
 *   Event { 1 time, 2 name, 3 attributes, 4 dropped_attributes }
 *   Link { 1 trace_id, 2 span_id, 3 trace_state, 4 attributes, 5 dropped_attributes, 6 flags }
 *   Status { 2 message, 3 code }
 *
 * This is a hot path (bench/README.md): the records are of one class, the cursor is a local variable, and what many
 * records share (keys, scope, resource) is bytes already. Numbers beside the writes are tags: field << 3 | wire type.
 */
import type { Link } from '../../api/trace/span.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import { fillEpochNanos, fillTicks, type U64 } from '../../sdk/common/clock.ts';
import { parsedSpanId, parseSpanId, parseTraceId } from '../../sdk/common/ids.ts';
import { recordOf } from '../../sdk/traces/foreign-span.ts';
import type { ReadableSpan, TimedEvent } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, PARENT_IS_REMOTE, type SpanEvent, SpanRecord } from '../../sdk/traces/span-record.ts';
import {
  KeyMemo,
  keepField,
  RepeatedField,
  writeAgain,
  writeAttributes,
  writeEntries,
} from '../message/any-value.ts';
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
  writeTag2,
  writeVarint,
  writeWord,
} from '../wire/protobuf-writer.ts';
import { HAS_IS_REMOTE, IS_REMOTE } from './span-flags.ts';

const time: U64 = { high: 0, low: 0 };

/** The protobuf codec of the traces signal. */
export const tracesProtobuf: SignalCodec<ReadableSpan> = {
  signal: 'traces',
  encoding: 'protobuf',
  encode: (spans, count) => encodeByScope(spans, count, spanWriter),
  complete: (batch) => completeRequest(batch.resource, batch.scopes),
};

const spanWriter: RecordWriter<ReadableSpan, SpanRecord> = {
  what: 'span',
  recordOf: (span) => (span instanceof SpanRecord ? span : recordOf(span)),
  write: writeSpan,
};

function writeSpan(position: number, span: SpanRecord): number {
  reserve(position, 0);
  const start = writeByte(position, 0x12);
  let p = writeIds(open(start), span);
  if (span.traceState !== undefined) p = writeTraceState(p, span.traceState);
  if (span.parentFlags !== NO_PARENT) {
    p = writeByte(writeByte(p, 0x22), 8);
    p = writeWord(writeWord(p, span.parentSpanIdHigh), span.parentSpanIdLow);
  }
  p = writeName(p, 0x2a, span.name);
  // The API counts kinds from INTERNAL = 0, the protocol from UNSPECIFIED = 0.
  p = writeByte(writeByte(p, 0x30), span.kind + 1);
  p = writeTimes(p, span);
  p = writeAttributes(p, 0x4a, span.attributeList, spanKeys);
  if (span.attributeList.dropped > 0) p = writeVarint(writeByte(p, 0x50), span.attributeList.dropped);
  if (span.publicEvents !== undefined) p = writePublicEvents(p, span.publicEvents);
  else if (span.compactEvents !== undefined) p = writeEvents(p, span, span.compactEvents);
  if (span.droppedEventsCount > 0) p = writeVarint(writeByte(p, 0x60), span.droppedEventsCount);
  if (span.linkList !== undefined) p = writeLinks(p, span.linkList);
  if (span.droppedLinksCount > 0) p = writeVarint(writeByte(p, 0x70), span.droppedLinksCount);
  if (span.statusCode !== 0 || span.statusMessage !== undefined) p = writeStatus(p, span);
  const remote =
    span.parentFlags !== NO_PARENT && (span.parentFlags & PARENT_IS_REMOTE) !== 0 ? IS_REMOTE : 0;
  reserve(p, 0);
  p = writeFixed32(writeTag2(p, 0x85), span.traceFlags | HAS_IS_REMOTE | remote);
  return close(start, p);
}

function writeIds(position: number, span: SpanRecord): number {
  const traceId = span.traceId!;
  let p = writeByte(writeByte(position, 0x0a), 16);
  p = writeWord(writeWord(p, traceId.word0), traceId.word1);
  p = writeWord(writeWord(p, traceId.word2), traceId.word3);
  p = writeByte(writeByte(p, 0x12), 8);
  return writeWord(writeWord(p, span.spanIdHigh), span.spanIdLow);
}

function writeTraceState(position: number, traceState: TraceState): number {
  const text = traceState.serialize();
  return text === '' ? position : writeString(writeByte(position, 0x1a), text);
}

function writeTimes(position: number, span: SpanRecord): number {
  const { exactStart, exactEnd } = span;
  if (exactStart === undefined) fillTicks(span.anchor, span.startTicks, time);
  else fillEpochNanos(exactStart[0], exactStart[1], time);
  const p = writeFixed64(writeByte(position, 0x39), time);
  if (exactEnd === undefined) fillTicks(span.anchor, span.endTicks ?? span.startTicks, time);
  else fillEpochNanos(exactEnd[0], exactEnd[1], time);
  return writeFixed64(writeByte(p, 0x41), time);
}

/** Names of spans and events that were written last, by their length: a program has few, and they come again. */
const names = /* @__PURE__ */ Array.from({ length: 32 }, () => new RepeatedField());

function writeName(position: number, tag: number, name: string): number {
  const field = names[name.length & 31]!;
  const again = writeAgain(position + 1, field, name);
  if (again >= 0) {
    writeByte(position, tag);
    return again;
  }
  const end = writeString(writeByte(position, tag), name);
  if (field.isDue) keepField(field, position + 1, end);
  return end;
}

const spanKeys = /* @__PURE__ */ new KeyMemo();
const eventKeys = /* @__PURE__ */ new KeyMemo();

function writeEvents(position: number, span: SpanRecord, events: readonly SpanEvent[]): number {
  let p = position;
  for (let index = 0; index < events.length; index++) {
    const event = events[index]!;
    reserve(p, 0);
    const start = writeByte(p, 0x5a);
    if (event.exactTime === undefined) fillTicks(span.anchor, event.ticks, time);
    else fillEpochNanos(event.exactTime[0], event.exactTime[1], time);
    p = writeFixed64(writeByte(open(start), 0x09), time);
    p = writeName(p, 0x12, event.name);
    if (event.attributes !== undefined) {
      // The first event of a span rarely has the keys of the second.
      p = writeAttributes(p, 0x1a, event.attributes, eventKeys, (index & 3) << 3);
      if (event.attributes.dropped > 0) p = writeVarint(writeByte(p, 0x20), event.attributes.dropped);
    }
    p = close(start, p);
  }
  return p;
}

function writePublicEvents(position: number, events: readonly TimedEvent[]): number {
  let p = position;
  for (const event of events) {
    reserve(p, 0);
    const start = writeByte(p, 0x5a);
    fillEpochNanos(event.time[0], event.time[1], time);
    p = writeFixed64(writeByte(open(start), 0x09), time);
    p = writeString(writeByte(p, 0x12), event.name);
    if (event.attributes !== undefined) p = writeEntries(p, 0x1a, event.attributes);
    reserve(p, 0);
    if (event.droppedAttributesCount) p = writeVarint(writeByte(p, 0x20), event.droppedAttributesCount);
    p = close(start, p);
  }
  return p;
}

function writeLinks(position: number, links: readonly Link[]): number {
  let p = position;
  for (const link of links) {
    reserve(p, 0);
    const start = writeByte(p, 0x6a);
    p = writeLinkIds(open(start), link);
    if (link.context.traceState !== undefined) p = writeTraceState(p, link.context.traceState);
    if (link.attributes !== undefined) p = writeEntries(p, 0x22, link.attributes);
    reserve(p, 0);
    if (link.droppedAttributesCount) p = writeVarint(writeByte(p, 0x28), link.droppedAttributesCount);
    const remote = link.context.isRemote === true ? IS_REMOTE : 0;
    p = writeFixed32(writeByte(p, 0x35), (link.context.traceFlags & 0xff) | HAS_IS_REMOTE | remote);
    p = close(start, p);
  }
  return p;
}

/** Links with all-zero ids are recorded too (trace/api.md#link). */
function writeLinkIds(position: number, link: Link): number {
  const traceId = parseTraceId(link.context.traceId);
  parseSpanId(link.context.spanId);
  let p = writeByte(writeByte(position, 0x0a), 16);
  p = writeWord(writeWord(p, traceId?.word0 ?? 0), traceId?.word1 ?? 0);
  p = writeWord(writeWord(p, traceId?.word2 ?? 0), traceId?.word3 ?? 0);
  p = writeByte(writeByte(p, 0x12), 8);
  return writeWord(writeWord(p, parsedSpanId.high), parsedSpanId.low);
}

function writeStatus(position: number, span: SpanRecord): number {
  reserve(position, 0);
  const start = writeByte(position, 0x7a);
  let p = open(start);
  if (span.statusMessage !== undefined) p = writeString(writeByte(p, 0x12), span.statusMessage);
  if (span.statusCode !== 0) p = writeByte(writeByte(p, 0x18), span.statusCode);
  return close(start, p);
}
