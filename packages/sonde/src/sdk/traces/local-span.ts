/**
 * What every span made by our tracers has, recording or not: its ids, flags and trace state, and the SpanContext that
 * is built when it is asked for. A child reads its parent's fields as numbers, without going through hex strings.
 *
 * No field here or in a subclass is `#private`: third-party code wraps spans in proxies and `Object.create(span)`, and a
 * private field throws on such a receiver.
 */
import type { SpanContext } from '../../api/trace/span-context.ts';
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import { hex16, randomInt32, randomTraceId, type TraceId } from '../common/ids.ts';

export abstract class LocalSpan {
  /** @internal Undefined on an unsampled root until somebody asks. */
  traceId: TraceId | undefined;
  /** @internal Both halves 0 until somebody asks, on an unsampled span. */
  spanIdHigh: number;
  /** @internal */
  spanIdLow: number;
  /** @internal W3C trace flags. */
  readonly traceFlags: number;
  /** @internal */
  readonly traceState: TraceState | undefined;
  /** @internal The answer of spanContext(), made once. */
  context: SpanContext | undefined;

  constructor(
    traceId: TraceId | undefined,
    spanIdHigh: number,
    spanIdLow: number,
    traceFlags: number,
    traceState: TraceState | undefined,
  ) {
    this.traceId = traceId;
    this.spanIdHigh = spanIdHigh;
    this.spanIdLow = spanIdLow;
    this.traceFlags = traceFlags;
    this.traceState = traceState;
    this.context = undefined;
  }

  /** The same frozen object every time, for the whole life of the span. */
  spanContext(): SpanContext {
    if (this.context === undefined) {
      ensureSpanId(this);
      this.context = makeSpanContext(
        ensureTraceId(this).hex,
        hex16(this.spanIdHigh, this.spanIdLow),
        this.traceFlags,
        this.traceState,
        false,
      );
    }
    return this.context;
  }
}

/** The trace id, made now when the span was dropped before it needed one. */
export function ensureTraceId(span: LocalSpan): TraceId {
  if (span.traceId === undefined) span.traceId = randomTraceId();
  return span.traceId;
}

/** Makes the span id when the span was dropped before it needed one. */
export function ensureSpanId(span: LocalSpan): void {
  while ((span.spanIdHigh | span.spanIdLow) === 0) {
    span.spanIdHigh = randomInt32();
    span.spanIdLow = randomInt32();
  }
}

/** A SpanContext of the official shape: own properties, so that it can be spread; frozen, because it is immutable. */
export function makeSpanContext(
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState: TraceState | undefined,
  isRemote: boolean,
): SpanContext {
  return Object.freeze(
    traceState === undefined
      ? { traceId, spanId, traceFlags, isRemote }
      : { traceId, spanId, traceFlags, isRemote, traceState },
  );
}

/** Whether a span is to be exported. Asking one of ours makes no SpanContext, whose hex strings cost 150 ns. */
export function isSampled(span: { spanContext(): SpanContext }): boolean {
  const { traceFlags } = span instanceof LocalSpan ? span : span.spanContext();
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
