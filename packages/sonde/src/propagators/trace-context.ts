/**
 * W3C Trace Context, level 2: `traceparent` and `tracestate` (api-propagators.md, "W3C Trace Context Requirements";
 * https://www.w3.org/TR/trace-context-2/).
 *
 *     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
 *     0  3                                36               53   55
 *
 * Parsed by character codes: a regular expression with captures costs three times as much (docs/design/propagation.md).
 */
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import {
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  type SpanContext,
} from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { readField, readList, reportPropagationFailure } from './carrier.ts';
import { traceStateFromHeader, traceStateToHeader } from './trace-state-header.ts';

/** The name of the field with the ids and flags. */
export const TRACE_PARENT_HEADER = 'traceparent';
/** The name of the field with what tracing systems attach. */
export const TRACE_STATE_HEADER = 'tracestate';

const TRACE_ID_AT = 3;
const SPAN_ID_AT = 36;
const FLAGS_AT = 53;
const LENGTH = 55;
/** Of a later version, whatever it appends. Ids cut from a string keep all of it in memory. */
const MAX_LENGTH = 4096;
const DASH = 0x2d;

/** The flags that level 2 knows. All others are sent as zero. */
const KNOWN_FLAGS = TraceFlags.SAMPLED | TraceFlags.RANDOM;
const FLAGS_TEXT = ['-00', '-01', '-02', '-03'] as const;

/** Carries the span context in `traceparent` and `tracestate`. */
export class W3CTraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = getSpanContext(context);
      if (spanContext === undefined || isTracingSuppressed(context)) return;
      const header = formatTraceParent(spanContext);
      if (header === undefined) return;
      setter.set(carrier, TRACE_PARENT_HEADER, header);
      if (spanContext.traceState === undefined || spanContext.traceState === null) return;
      const state = traceStateToHeader(spanContext.traceState);
      if (state !== '') setter.set(carrier, TRACE_STATE_HEADER, state);
    } catch (error) {
      reportPropagationFailure('inject the trace context', error);
    }
  }

  /** The context as it is when there is no `traceparent`, more than one, or one that is not valid. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = readField(getter, carrier, TRACE_PARENT_HEADER);
      if (typeof header !== 'string') return context;
      const parent = parseTraceParent(header);
      if (parent === null) return context;
      const state = readList(getter, carrier, TRACE_STATE_HEADER);
      const traceState = state === undefined ? undefined : traceStateFromHeader(state);
      const { traceId, spanId, traceFlags } = parent;
      return setSpanContext(
        context,
        traceState === undefined
          ? { traceId, spanId, traceFlags, isRemote: true }
          : { traceId, spanId, traceFlags, isRemote: true, traceState },
      );
    } catch (error) {
      reportPropagationFailure('extract the trace context', error);
      return context;
    }
  }

  fields(): string[] {
    return [TRACE_PARENT_HEADER, TRACE_STATE_HEADER];
  }
}

/**
 * Reads a `traceparent`; null if it is not valid. Version `ff` is not, version `00` ends after the flags, and later
 * versions are read as far as they are like it.
 */
export function parseTraceParent(header: string): SpanContext | null {
  const text = header.length === LENGTH ? header : trimmed(header);
  if (text.length < LENGTH || text.length > MAX_LENGTH) return null;
  const version = byteAt(text, 0);
  if (version < 0 || version === 0xff) return null;
  if (text.length > LENGTH && (version === 0 || text.charCodeAt(LENGTH) !== DASH)) return null;
  if (
    text.charCodeAt(TRACE_ID_AT - 1) !== DASH ||
    text.charCodeAt(SPAN_ID_AT - 1) !== DASH ||
    text.charCodeAt(FLAGS_AT - 1) !== DASH ||
    !isLowerHex(text, TRACE_ID_AT, SPAN_ID_AT - 1) ||
    !isLowerHex(text, SPAN_ID_AT, FLAGS_AT - 1)
  ) {
    return null;
  }
  const traceFlags = byteAt(text, FLAGS_AT);
  if (traceFlags < 0) return null;
  const traceId = text.slice(TRACE_ID_AT, SPAN_ID_AT - 1);
  const spanId = text.slice(SPAN_ID_AT, FLAGS_AT - 1);
  if (traceId === INVALID_TRACEID || spanId === INVALID_SPANID) return null;
  return { traceId, spanId, traceFlags };
}

/** The `traceparent` of a span context, undefined if the context is not valid. */
function formatTraceParent(spanContext: SpanContext): string | undefined {
  if (!isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId } = spanContext;
  // Ids made elsewhere may be valid in upper case; the header has lower case only.
  return `00-${traceId.toLowerCase()}-${spanId.toLowerCase()}${FLAGS_TEXT[spanContext.traceFlags & KNOWN_FLAGS]}`;
}

function isLowerHex(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x66 || (code > 0x39 && code < 0x61)) return false;
  }
  return true;
}

/** Two lower-case hexadecimal digits, or -1. */
function byteAt(text: string, at: number): number {
  return isLowerHex(text, at, at + 2) ? digit(text.charCodeAt(at)) * 16 + digit(text.charCodeAt(at + 1)) : -1;
}

function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/** Without optional whitespace around it, which is space and tab only. */
function trimmed(header: string): string {
  return header.length > MAX_LENGTH ? header : header.replace(/^[ \t]+|[ \t]+$/g, '');
}
