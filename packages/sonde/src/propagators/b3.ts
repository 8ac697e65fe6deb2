/**
 * B3, the format of Zipkin, in one header or in several (api-propagators.md, "B3 Requirements";
 * https://github.com/openzipkin/b3-propagation).
 *
 *     b3: {trace id}-{span id}-{0, 1 or d}-{parent span id}        the last two may be missing
 */
import type { Context } from '../api/context/context.ts';
import { B3_DEBUG_FLAG_KEY } from '../api/context/context-key.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { isSpanContextValid, type SpanContext } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { shown } from '../internal/shown.ts';
import { readField, reportPropagationFailure } from './carrier.ts';
import { spanIdFrom, traceIdFrom } from './hex-id.ts';

/** The name of the single header. */
export const B3_CONTEXT_HEADER = 'b3';
/** The several headers: the trace id, 16 or 32 hex digits. */
export const X_B3_TRACE_ID = 'x-b3-traceid';
/** The several headers: the span id, 16 hex digits. */
export const X_B3_SPAN_ID = 'x-b3-spanid';
/** The several headers: the decision, `1` or `0`. */
export const X_B3_SAMPLED = 'x-b3-sampled';
/** The several headers: `1` asks for debugging, which implies sampled. */
export const X_B3_FLAGS = 'x-b3-flags';

/** What a B3 propagator writes; it reads both. */
export const B3InjectEncoding = {
  SINGLE_HEADER: 0,
  MULTI_HEADER: 1,
  0: 'SINGLE_HEADER',
  1: 'MULTI_HEADER',
} as const;
export type B3InjectEncoding = 0 | 1;

/** Options of a B3 propagator. */
export interface B3PropagatorConfig {
  /** What is written. Default `B3InjectEncoding.SINGLE_HEADER`. */
  injectEncoding?: B3InjectEncoding;
}

/** The whole header, in either case; ids of 64 or 128 bits. */
const SINGLE = /^([0-9a-fA-F]{16}(?:[0-9a-fA-F]{16})?)-([0-9a-fA-F]{16})(?:-([01d]))?(?:-[0-9a-fA-F]{16})?$/;

/** In the context while the trace is in debug mode. Official propagators read it, and know the value '1' best. */
const DEBUG = '1';

interface Extracted {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly debug: boolean;
}

/**
 * Carries the span context and the debug flag as B3. The single header wins over the others unless it is not valid. A
 * decision without ids (`b3: 0`) makes no parent.
 */
export class B3Propagator implements TextMapPropagator {
  /** @internal */
  readonly multi: boolean;

  /** @throws TypeError if `injectEncoding` is neither encoding */
  constructor(config: B3PropagatorConfig = {}) {
    const encoding = config.injectEncoding ?? B3InjectEncoding.SINGLE_HEADER;
    if (encoding !== B3InjectEncoding.SINGLE_HEADER && encoding !== B3InjectEncoding.MULTI_HEADER) {
      throw new TypeError(
        `The option injectEncoding of a B3Propagator must be a B3InjectEncoding, 0 or 1, not ${shown(encoding)}.`,
      );
    }
    this.multi = encoding === B3InjectEncoding.MULTI_HEADER;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = getSpanContext(context);
      if (spanContext === undefined || isTracingSuppressed(context) || !isSpanContextValid(spanContext))
        return;
      const debug = isDebug(context);
      if (this.multi) injectMulti(spanContext, debug, carrier, setter);
      else setter.set(carrier, B3_CONTEXT_HEADER, singleHeader(spanContext, debug));
    } catch (error) {
      reportPropagationFailure('inject the B3 context', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const found = extractSingle(carrier, getter) ?? extractMulti(carrier, getter);
      if (found === undefined) return context;
      const { traceId, spanId } = found;
      const traceFlags = found.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
      const extracted = setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
      return found.debug
        ? extracted.setValue(B3_DEBUG_FLAG_KEY, DEBUG)
        : extracted.deleteValue(B3_DEBUG_FLAG_KEY);
    } catch (error) {
      reportPropagationFailure('extract the B3 context', error);
      return context;
    }
  }

  fields(): string[] {
    return this.multi ? [X_B3_TRACE_ID, X_B3_SPAN_ID, X_B3_SAMPLED, X_B3_FLAGS] : [B3_CONTEXT_HEADER];
  }
}

/** Official propagators write '1' after several headers and 'd' after the single one. */
function isDebug(context: Context): boolean {
  const value = context.getValue(B3_DEBUG_FLAG_KEY);
  return value === DEBUG || value === 'd';
}

function isSampled(spanContext: SpanContext): boolean {
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

function singleHeader(spanContext: SpanContext, debug: boolean): string {
  const state = debug ? 'd' : isSampled(spanContext) ? '1' : '0';
  return `${spanContext.traceId.toLowerCase()}-${spanContext.spanId.toLowerCase()}-${state}`;
}

/** Debug says that the trace is sampled: the format asks not to send both. */
function injectMulti(
  spanContext: SpanContext,
  debug: boolean,
  carrier: unknown,
  setter: TextMapSetter,
): void {
  setter.set(carrier, X_B3_TRACE_ID, spanContext.traceId.toLowerCase());
  setter.set(carrier, X_B3_SPAN_ID, spanContext.spanId.toLowerCase());
  if (debug) setter.set(carrier, X_B3_FLAGS, '1');
  else setter.set(carrier, X_B3_SAMPLED, isSampled(spanContext) ? '1' : '0');
}

function extractSingle(carrier: unknown, getter: TextMapGetter): Extracted | undefined {
  const header = readOne(getter, carrier, B3_CONTEXT_HEADER);
  const match = header === undefined ? null : SINGLE.exec(header);
  if (match === null) return undefined;
  const traceId = traceIdFrom(match[1]);
  const spanId = spanIdFrom(match[2]);
  if (traceId === undefined || spanId === undefined) return undefined;
  const debug = match[3] === 'd';
  return { traceId, spanId, debug, sampled: debug || match[3] === '1' };
}

function extractMulti(carrier: unknown, getter: TextMapGetter): Extracted | undefined {
  const trace = readOne(getter, carrier, X_B3_TRACE_ID);
  const traceId = trace?.length === 16 || trace?.length === 32 ? traceIdFrom(trace) : undefined;
  const span = readOne(getter, carrier, X_B3_SPAN_ID);
  const spanId = span?.length === 16 ? spanIdFrom(span) : undefined;
  if (traceId === undefined || spanId === undefined) return undefined;
  const debug = readOne(getter, carrier, X_B3_FLAGS) === '1';
  const sampled = readOne(getter, carrier, X_B3_SAMPLED);
  // Early tracers wrote true and false.
  return { traceId, spanId, debug, sampled: debug || sampled === '1' || sampled === 'true' };
}

/** The first value: B3 says nothing of fields that occur more than once. */
function readOne(getter: TextMapGetter, carrier: unknown, key: string): string | undefined {
  const field = readField(getter, carrier, key);
  return typeof field === 'string' || field === undefined ? field?.trim() : field[0]?.trim();
}
