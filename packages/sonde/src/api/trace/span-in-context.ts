/** The span that a Context holds. */
import type { Context } from '../context/context.ts';
import { ownContext, readForeign, removeValue, writeValue } from '../context/context-access.ts';
import { activeContext } from '../context/context-api.ts';
import { SPAN_KEY } from '../context/context-key.ts';
import { wrapSpanContext } from './non-recording-span.ts';
import type { Span } from './span.ts';
import type { SpanContext } from './span-context.ts';
import { TraceFlags } from './trace-flags.ts';

/** The span in `context`, if there is one. */
export function getSpan(context: Context): Span | undefined {
  const own = ownContext(context);
  return (own !== undefined ? own.span || undefined : readForeign(context, SPAN_KEY)) as Span | undefined;
}

/** The span in the active Context, if there is one. */
export function getActiveSpan(): Span | undefined {
  return getSpan(activeContext());
}

/** A Context that holds `span`. */
export function setSpan(context: Context, span: Span): Context {
  const own = ownContext(context);
  return own !== undefined ? own.withSpan(span) : writeValue(context, SPAN_KEY, span);
}

/** A Context that holds no span. */
export function deleteSpan(context: Context): Context {
  return removeValue(context, SPAN_KEY);
}

/** A Context that holds a span which records nothing and only carries `spanContext`. */
export function setSpanContext(context: Context, spanContext: SpanContext): Context {
  return setSpan(context, wrapSpanContext(spanContext));
}

/** What identifies the span in `context`, if there is one. */
export function getSpanContext(context: Context): SpanContext | undefined {
  const span = getSpan(context);
  if (span === undefined) return undefined;
  try {
    return span.spanContext();
  } catch {
    return undefined;
  }
}

/**
 * Whether the span in `context` is sampled. Spans of the SDK show their flags as a field, so that asking one makes no
 * SpanContext, whose hex ids cost 150 ns.
 */
export function isInSampledSpan(context: Context): boolean {
  const span = getSpan(context) as (Span & { readonly traceFlags?: unknown }) | undefined;
  if (span === undefined) return false;
  try {
    const { traceFlags } = span;
    return (
      ((typeof traceFlags === 'number' ? traceFlags : span.spanContext().traceFlags) & TraceFlags.SAMPLED) !==
      0
    );
  } catch {
    return false;
  }
}
