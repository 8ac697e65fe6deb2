/**
 * Spans that another SDK recorded, as our records: an official provider may feed our exporters. The public objects of
 * the foreign span become the public objects of the record; nothing of them is copied.
 */
import type { SpanContext } from '../../api/trace/span-context.ts';
import { ClockAnchor } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import { parsedSpanId, parseSpanId, parseTraceId } from '../common/ids.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { kindOf } from './named-value.ts';
import type { ReadableSpan } from './readable-span.ts';
import { NO_PARENT, PARENT_IS_REMOTE, type ParentFacts, SpanRecord } from './span-record.ts';

/** What spans of the 1.x line have instead of `parentSpanContext` and `instrumentationScope`. */
interface OldSpan {
  readonly parentSpanId?: string;
  readonly instrumentationLibrary?: InstrumentationScope;
}

const NAMELESS: InstrumentationScope = { name: '' };
const NO_RESOURCE = { attributes: {} } as Resource;

/** Foreign times are exact tuples: their anchor is never looked at. */
const UNUSED_ANCHOR = /* @__PURE__ */ new ClockAnchor(0);

/** The record of a foreign span; undefined, and said, when it has no valid identity or throws while it is read. */
export function recordOf(span: ReadableSpan): SpanRecord | undefined {
  try {
    return readSpan(span as ReadableSpan & OldSpan);
  } catch (error) {
    report('error', 'foreign_span', 'A span of another SDK could not be read and is left out', error);
    return undefined;
  }
}

function readSpan(span: ReadableSpan & OldSpan): SpanRecord | undefined {
  const context = span.spanContext();
  const parent = readParent(span);
  const traceId = parseTraceId(context.traceId);
  if (traceId === undefined || !parseSpanId(context.spanId)) {
    report('error', 'foreign_span', 'A span of another SDK has no valid ids and is left out');
    return undefined;
  }
  const record = new SpanRecord(
    {
      scope: span.instrumentationScope ?? span.instrumentationLibrary ?? NAMELESS,
      resource: span.resource ?? NO_RESOURCE,
    },
    traceId,
    parsedSpanId.high,
    parsedSpanId.low,
    context.traceFlags & 0xff,
    context.traceState,
    parent,
    String(span.name),
    kindOf(span.kind),
    UNUSED_ANCHOR,
    0,
    span.startTime,
  );
  record.endTicks = 0;
  record.exactTimes = { start: record.exactStart, end: span.endTime };
  record.ended = true;
  record.statusCode = span.status?.code ?? 0;
  record.statusMessage = span.status?.message;
  record.attributeList.object = span.attributes ?? {};
  record.attributeList.dropped = span.droppedAttributesCount ?? 0;
  record.publicEvents = span.events ?? [];
  record.linkList = span.links ?? [];
  record.droppedEventsCount = span.droppedEventsCount ?? 0;
  record.droppedLinksCount = span.droppedLinksCount ?? 0;
  return record;
}

function readParent(span: ReadableSpan & OldSpan): ParentFacts {
  const parent: Partial<SpanContext> = span.parentSpanContext ?? { spanId: span.parentSpanId ?? '' };
  if (!parseSpanId(parent.spanId ?? '')) {
    return { flags: NO_PARENT, spanIdHigh: 0, spanIdLow: 0, traceState: undefined };
  }
  return {
    flags: ((parent.traceFlags ?? 0) & 0xff) | (parent.isRemote === true ? PARENT_IS_REMOTE : 0),
    spanIdHigh: parsedSpanId.high,
    spanIdLow: parsedSpanId.low,
    traceState: parent.traceState,
  };
}
