/** A span as one line of JSON, for machines and for `jq`. The format may change between versions. */
import { printable } from '../../internal/printable.ts';
import { attributesJson } from '../../sdk/common/attribute-text.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { resourceJson, scopeJson, unixNano } from './json-parts.ts';
import { KIND_NAMES, STATUS_NAMES } from './span-words.ts';

export function spanJsonLine(span: ReadableSpan): string {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const record = {
    traceId: context.traceId,
    spanId: context.spanId,
    parentSpanId: parent?.spanId,
    parentIsRemote: parent?.isRemote,
    traceFlags: context.traceFlags,
    traceState: context.traceState?.serialize() || undefined,
    name: span.name,
    kind: KIND_NAMES[span.kind],
    startTimeUnixNano: unixNano(span.startTime),
    endTimeUnixNano: unixNano(span.endTime),
    durationMillis: span.duration[0] * 1e3 + span.duration[1] / 1e6,
    status: { code: STATUS_NAMES[span.status.code], message: span.status.message },
    attributes: attributesJson(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount || undefined,
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: unixNano(event.time),
      attributes: attributesJson(event.attributes ?? {}),
      droppedAttributesCount: event.droppedAttributesCount || undefined,
    })),
    droppedEventsCount: span.droppedEventsCount || undefined,
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: attributesJson(link.attributes ?? {}),
      droppedAttributesCount: link.droppedAttributesCount || undefined,
    })),
    droppedLinksCount: span.droppedLinksCount || undefined,
    scope: scopeJson(span.instrumentationScope),
    resource: resourceJson(span.resource),
  };
  // JSON leaves some control characters as they are; as escapes they mean the same to a parser.
  return printable(JSON.stringify(record));
}
