/** SpanProcessor: the stage between a tracer and an exporter (specification: trace/sdk.md#span-processor). */
import type { Context } from '../../api/context/context.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import type { ReadableSpan, Span } from './readable-span.ts';

/**
 * Called synchronously at the start and the end of every recording span, in the order of registration. What a
 * processor throws is caught and reported, and the others still run.
 */
export interface SpanProcessor {
  /** The span may be written to. `parentContext` is the context the span was started in. */
  onStart(span: Span, parentContext: Context): void;
  /**
   * The span's end time is set and it may still be written to. Every processor's `onEnding` runs before the first
   * `onEnd`.
   */
  onEnding?(span: Span): void;
  /** The span is over; writing to it has no effect. */
  onEnd(span: ReadableSpan): void;
  /** Settles when every span ended before the call has been exported or given up; rejects when some were lost. */
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  /** Flushes, then stops for good. Called once; later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void>;
}
