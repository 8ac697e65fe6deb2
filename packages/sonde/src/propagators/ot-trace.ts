/**
 * OT Trace, the format of the basic tracers of OpenTracing. The specification calls it deprecated.
 *
 *     ot-tracer-traceid: {64 bits}   ot-tracer-spanid: {64 bits}   ot-tracer-sampled: true
 *     ot-baggage-{name}: {value}
 */
import type { BaggageEntry } from '../api/baggage/baggage.ts';
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { isSpanContextValid } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { extractPrefixedBaggage, injectPrefixedBaggage } from './baggage-fields.ts';
import { readField, reportPropagationFailure } from './carrier.ts';
import { spanIdFrom, traceIdFrom } from './hex-id.ts';

/** The field with the trace id, 16 hex digits. */
export const OT_TRACE_ID_HEADER = 'ot-tracer-traceid';
/** The field with the span id, 16 hex digits. */
export const OT_SPAN_ID_HEADER = 'ot-tracer-spanid';
/** The field with the decision, `true` or `false`. */
export const OT_SAMPLED_HEADER = 'ot-tracer-sampled';
/** What the names of baggage fields begin with. */
export const OT_BAGGAGE_PREFIX = 'ot-baggage-';

/** What a value may hold to be a field's. */
const FIELD_VALUE = /^[!-~](?:[ -~\t]*[!-~])?$/;

/** Carries the lower half of the trace id, the span id, the decision, and baggage. */
export class OTTracePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isTracingSuppressed(context)) return;
      const spanContext = getSpanContext(context);
      if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
      setter.set(carrier, OT_TRACE_ID_HEADER, spanContext.traceId.slice(16).toLowerCase());
      setter.set(carrier, OT_SPAN_ID_HEADER, spanContext.spanId.toLowerCase());
      const sampled = (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
      setter.set(carrier, OT_SAMPLED_HEADER, sampled ? 'true' : 'false');
      injectPrefixedBaggage(context, carrier, setter, OT_BAGGAGE_PREFIX, writeEntry);
    } catch (error) {
      reportPropagationFailure('inject the OT Trace context', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const traceId = traceIdFrom(readOne(getter, carrier, OT_TRACE_ID_HEADER));
      const spanId = spanIdFrom(readOne(getter, carrier, OT_SPAN_ID_HEADER));
      if (traceId === undefined || spanId === undefined) return context;
      const sampled = readOne(getter, carrier, OT_SAMPLED_HEADER);
      const traceFlags = sampled === 'true' || sampled === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE;
      const extracted = setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
      return extractPrefixedBaggage(extracted, carrier, getter, OT_BAGGAGE_PREFIX, (text) => text);
    } catch (error) {
      reportPropagationFailure('extract the OT Trace context', error);
      return context;
    }
  }

  fields(): string[] {
    return [OT_TRACE_ID_HEADER, OT_SPAN_ID_HEADER, OT_SAMPLED_HEADER];
  }
}

/** The format knows no encoding: a value that is not visible ASCII cannot be sent. */
function writeEntry(entry: BaggageEntry): string | undefined {
  return FIELD_VALUE.test(entry.value) ? entry.value : undefined;
}

function readOne(getter: TextMapGetter, carrier: unknown, key: string): string | undefined {
  const field = readField(getter, carrier, key);
  return typeof field === 'string' ? field.trim() : field?.[0]?.trim();
}
