/** SpanContext: what identifies a span across processes. */
import type { TraceState } from './trace-state.ts';

/**
 * The part of a span that is propagated. Immutable.
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#spancontext
 */
export interface SpanContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** True when the context came from another process. */
  readonly isRemote?: boolean;
  /** Bits of {@link TraceFlags}. */
  readonly traceFlags: number;
  /** What tracing systems attached to the trace. */
  readonly traceState?: TraceState;
}

/** The span id that no span has. */
export const INVALID_SPANID = '0000000000000000';
/** The trace id that no trace has. */
export const INVALID_TRACEID = '00000000000000000000000000000000';
/** What a span answers that belongs to no trace. */
export const INVALID_SPAN_CONTEXT: SpanContext = Object.freeze({
  traceId: INVALID_TRACEID,
  spanId: INVALID_SPANID,
  traceFlags: 0,
});
