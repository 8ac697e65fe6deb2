/**
 * A span as Jaeger knows it, whatever the encoding: its tags, its logs, its references (trace/sdk_exporters/jaeger.md of
 * version 1.54, the last that had it).
 */
import type { HrTime } from '../../api/common/time.ts';
import type { Link } from '../../api/trace/span.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import type { SpanRecord } from '../../sdk/traces/span-record.ts';
import {
  attributeOf,
  droppedTags,
  eachAttribute,
  eachEvent,
  STATUS_CODE_TAG,
  STATUS_DESCRIPTION_TAG,
  statusCodeName,
  type Tag,
} from '../span-parts.ts';

const KIND_TAG = 'span.kind';
const ERROR_TAG = 'error';
const SERVICE_NAME = 'service.name';

/** Jaeger's words for the kinds of the API, which count from INTERNAL = 0; that one is left out. */
const KINDS = ['', 'server', 'client', 'producer', 'consumer'] as const;

/** The tags of a span. Of what says the same key the more specific wins: scope, attribute, what the span itself is. */
export function spanTags(span: SpanRecord, scope: readonly Tag[]): Tag[] {
  const list = span.attributeList;
  const tags: Tag[] = [];
  const kind = KINDS[span.kind];
  const status = statusCodeName(span);
  for (const tag of scope) if (attributeOf(list, tag[0]) === undefined) tags.push(tag);
  eachAttribute(list, (key, value) => {
    if (value === undefined) return;
    const isReplaced =
      (key === KIND_TAG && Boolean(kind)) ||
      (status !== undefined && (key === STATUS_CODE_TAG || key === STATUS_DESCRIPTION_TAG)) ||
      (status === 'ERROR' && key === ERROR_TAG);
    if (!isReplaced) tags.push([key, value]);
  });
  if (kind) tags.push([KIND_TAG, kind]);
  if (status !== undefined) tags.push([STATUS_CODE_TAG, status]);
  if (status === 'ERROR') tags.push([ERROR_TAG, true]);
  if (span.statusMessage) tags.push([STATUS_DESCRIPTION_TAG, span.statusMessage]);
  tags.push(...droppedTags(span));
  const traceState = span.traceState?.serialize();
  if (traceState) tags.push(['w3c.tracestate', traceState]);
  return tags;
}

/** Something that happened, with its fields. */
export interface JaegerLog {
  readonly micros: number;
  /** The same time with nanoseconds. */
  readonly time: () => HrTime;
  readonly fields: readonly Tag[];
}

/** Events, and of links what a reference has no place for: their attributes. */
export function spanLogs(span: SpanRecord, startMicros: number): JaegerLog[] {
  const logs: JaegerLog[] = [];
  eachEvent(span, ({ name, micros, time, dropped, eachAttribute: each }) => {
    const fields: Tag[] = [];
    let hasName = false;
    each((key, value) => {
      if (value === undefined) return;
      // An attribute `event` goes before the event's name.
      if (key === 'event') hasName = true;
      fields.push([key, value]);
    });
    if (!hasName) fields.unshift(['event', name]);
    if (dropped > 0) fields.push(['otel.event.dropped_attributes_count', dropped]);
    logs.push({ micros, time, fields });
  });
  for (const link of span.linkList ?? []) {
    const attributes = Object.entries(link.attributes ?? {}).filter(([, value]) => value !== undefined);
    if (attributes.length === 0) continue;
    const { traceId, spanId } = link.context;
    const fields: Tag[] = [['event', 'link'], ['trace_id', traceId], ['span_id', spanId], ...attributes];
    logs.push({ micros: startMicros, time: () => span.startTime, fields });
  }
  return logs;
}

/** What follows from what: FOLLOWS_FROM references. */
export function spanLinks(span: SpanRecord): readonly Link[] {
  return span.linkList ?? [];
}

/** The tags of a process: its resource without the service's name, then what the options add. */
export function processTags(resource: Resource, added: readonly Tag[]): Tag[] {
  const own = Object.entries(resource.attributes).filter(
    ([key, value]) => value !== undefined && key !== SERVICE_NAME && !added.some(([other]) => other === key),
  );
  return [...own, ...added];
}
