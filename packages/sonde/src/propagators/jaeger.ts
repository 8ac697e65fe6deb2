/**
 * The format of Jaeger's own clients (https://www.jaegertracing.io/docs/client-libraries/#propagation-format). The
 * specification calls it deprecated: it is for systems that are being moved over.
 *
 *     uber-trace-id: {trace id}:{span id}:{parent span id or 0}:{flags, hexadecimal}
 *     uberctx-{name}: {percent-encoded value}
 */
import type { BaggageEntry } from '../api/baggage/baggage.ts';
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { isSpanContextValid } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { percentDecode, percentEncode } from './baggage-encoding.ts';
import { extractPrefixedBaggage, injectPrefixedBaggage } from './baggage-fields.ts';
import { readField, reportPropagationFailure } from './carrier.ts';
import { spanIdFrom, traceIdFrom } from './hex-id.ts';

/** The name of the field with the ids. */
export const UBER_TRACE_ID_HEADER = 'uber-trace-id';
/** What the names of baggage fields begin with. */
export const UBER_BAGGAGE_HEADER_PREFIX = 'uberctx';

/** Options of a Jaeger propagator. */
export interface JaegerPropagatorConfig {
  /** The name of the field with the ids. Default `uber-trace-id`. */
  customTraceHeader?: string;
  /** What the names of baggage fields begin with, without the dash. Default `uberctx`. */
  customBaggageHeaderPrefix?: string;
}

const FORMAT = /^([0-9a-fA-F]{1,32}):([0-9a-fA-F]{1,16}):[0-9a-fA-F]{1,16}:([0-9a-fA-F]{1,2})$/;

/** Carries span context and baggage as Jaeger's clients did. */
export class JaegerPropagator implements TextMapPropagator {
  /** @internal */
  readonly traceHeader: string;
  /** @internal */
  readonly baggagePrefix: string;

  /** @param config the options, or the name of the field with the ids */
  constructor(config: string | JaegerPropagatorConfig = {}) {
    const options = typeof config === 'string' ? { customTraceHeader: config } : config;
    this.traceHeader = options.customTraceHeader || UBER_TRACE_ID_HEADER;
    const prefix = (options as JaegerPropagatorConfig).customBaggageHeaderPrefix;
    this.baggagePrefix = `${prefix || UBER_BAGGAGE_HEADER_PREFIX}-`;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isTracingSuppressed(context)) return;
      const spanContext = getSpanContext(context);
      if (spanContext !== undefined && isSpanContextValid(spanContext)) {
        const flags = spanContext.traceFlags & TraceFlags.SAMPLED;
        const ids = `${spanContext.traceId.toLowerCase()}:${spanContext.spanId.toLowerCase()}`;
        setter.set(carrier, this.traceHeader, `${ids}:0:0${flags}`);
      }
      injectPrefixedBaggage(context, carrier, setter, this.baggagePrefix, writeEntry);
    } catch (error) {
      reportPropagationFailure('inject the Jaeger context', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const field = readField(getter, carrier, this.traceHeader);
      const extracted = extractIds(context, typeof field === 'string' ? field : field?.[0]);
      return extractPrefixedBaggage(extracted, carrier, getter, this.baggagePrefix, percentDecode);
    } catch (error) {
      reportPropagationFailure('extract the Jaeger context', error);
      return context;
    }
  }

  fields(): string[] {
    return [this.traceHeader];
  }
}

function writeEntry(entry: BaggageEntry): string {
  return percentEncode(entry.value);
}

/** Some clients percent-encode the colons. The second bit of the flags is debug, which always comes with the first. */
function extractIds(context: Context, header: string | undefined): Context {
  if (header === undefined || header.length > 256) return context;
  const match = FORMAT.exec(percentDecode(header).trim());
  const traceId = traceIdFrom(match?.[1]);
  const spanId = spanIdFrom(match?.[2]);
  if (match === null || traceId === undefined || spanId === undefined) return context;
  const traceFlags = Number.parseInt(match[3] ?? '0', 16) & TraceFlags.SAMPLED;
  return setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
}
