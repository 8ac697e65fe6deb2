/**
 * Span of opentelemetry/proto/trace/v1/trace.proto in JSON (proto3 JSON mapping; OTLP writes ids as hex). Written from
 * the public shape: who chooses JSON chooses to read it, and on Node 26 it costs a quarter of what the official form does.
 */
import type { Link } from '../../api/trace/span.ts';
import { recordOf } from '../../sdk/traces/foreign-span.ts';
import type { ReadableSpan, TimedEvent } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, PARENT_IS_REMOTE, SpanRecord } from '../../sdk/traces/span-record.ts';
import {
  attributesJson,
  completeJson,
  countJson,
  encodeJsonByScope,
  type JsonNames,
  type JsonRecordWriter,
} from '../message/json.ts';
import type { SignalCodec } from '../signal-codec.ts';
import { nanosJson, stringJson } from '../wire/json-writer.ts';
import { HAS_IS_REMOTE, IS_REMOTE } from './span-flags.ts';

const NAMES: JsonNames = { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' };

/** The JSON codec of the traces signal. */
export const tracesJson: SignalCodec<ReadableSpan> = {
  signal: 'traces',
  encoding: 'json',
  encode: (spans, count) => encodeJsonByScope(spans, count, spanWriter),
  complete: (batch) => completeJson(NAMES, batch),
};

const spanWriter: JsonRecordWriter<ReadableSpan, SpanRecord> = {
  what: 'span',
  names: NAMES,
  recordOf: (span) => (span instanceof SpanRecord ? span : recordOf(span)),
  json: spanJson,
};

function spanJson(span: SpanRecord): string {
  const { traceId, spanId, traceState } = span.spanContext();
  const state = traceState?.serialize();
  const remote =
    span.parentFlags !== NO_PARENT && (span.parentFlags & PARENT_IS_REMOTE) !== 0 ? IS_REMOTE : 0;
  const parentId = span.parentSpanId;
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}"` +
    (state ? `,"traceState":${stringJson(state)}` : '') +
    (parentId === undefined ? '' : `,"parentSpanId":"${parentId}"`) +
    `,"flags":${span.traceFlags | HAS_IS_REMOTE | remote}` +
    `,"name":${stringJson(span.name)},"kind":${span.kind + 1}` +
    `,"startTimeUnixNano":${nanosJson(span.startTime)},"endTimeUnixNano":${nanosJson(span.endTime)}` +
    `,"attributes":${attributesJson(span.attributes)}` +
    countJson('droppedAttributesCount', span.droppedAttributesCount) +
    `,"events":[${span.events.map(eventJson).join(',')}]` +
    countJson('droppedEventsCount', span.droppedEventsCount) +
    `,"links":[${span.links.map(linkJson).join(',')}]` +
    countJson('droppedLinksCount', span.droppedLinksCount) +
    `,"status":${statusJson(span)}}`
  );
}

function eventJson(event: TimedEvent): string {
  return (
    `{"timeUnixNano":${nanosJson(event.time)},"name":${stringJson(event.name)}` +
    `,"attributes":${attributesJson(event.attributes)}` +
    `${countJson('droppedAttributesCount', event.droppedAttributesCount ?? 0)}}`
  );
}

function linkJson(link: Link): string {
  const { traceId, spanId, traceState, traceFlags, isRemote } = link.context;
  const state = traceState?.serialize();
  const flags = (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
  return (
    `{"traceId":${stringJson(traceId)},"spanId":${stringJson(spanId)}` +
    (state ? `,"traceState":${stringJson(state)}` : '') +
    `,"attributes":${attributesJson(link.attributes)}` +
    `${countJson('droppedAttributesCount', link.droppedAttributesCount ?? 0)},"flags":${flags}}`
  );
}

function statusJson({ statusCode, statusMessage }: SpanRecord): string {
  const message = statusMessage === undefined ? '' : `"message":${stringJson(statusMessage)},`;
  return `{${message}"code":${statusCode}}`;
}
