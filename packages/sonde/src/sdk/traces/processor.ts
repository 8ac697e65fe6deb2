/** SpanProcessor: the stage between a tracer and an exporter (specification: trace/sdk.md#span-processor). */
import type { Context } from '../../api/context/context.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { FanOut, isContained } from '../pipeline/fan-out.ts';
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

const RECORD_METHODS = ['onStart', 'onEnding', 'onEnd'] as const;

/** Calls several processors, or one that may throw. */
class SpanFanOut extends FanOut<SpanProcessor> implements SpanProcessor {
  readonly #ending: readonly SpanProcessor[];

  constructor(processors: readonly SpanProcessor[]) {
    super(processors);
    this.#ending = this.stages.filter((processor) => typeof processor.onEnding === 'function');
  }

  /** So that a span can skip the call when nobody listens. */
  get hasOnEnding(): boolean {
    return this.#ending.length > 0;
  }

  onStart(span: Span, parentContext: Context): void {
    for (const processor of this.stages) {
      try {
        const returned: unknown = processor.onStart(span, parentContext);
        if (returned !== undefined) this.watch(processor, 'onStart', returned);
      } catch (error) {
        this.contain(processor, 'onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const processor of this.#ending) {
      try {
        const returned: unknown = processor.onEnding?.(span);
        if (returned !== undefined) this.watch(processor, 'onEnding', returned);
      } catch (error) {
        this.contain(processor, 'onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.stages) {
      try {
        const returned: unknown = processor.onEnd(span);
        if (returned !== undefined) this.watch(processor, 'onEnd', returned);
      } catch (error) {
        this.contain(processor, 'onEnd', error);
      }
    }
  }
}

/**
 * One processor in the place of all: it never throws, whatever they do. A single processor of ours is returned as it
 * is, so that the usual pipeline pays for no fan-out.
 */
export function combineSpanProcessors(processors: readonly SpanProcessor[]): SpanProcessor {
  const [only] = processors;
  if (only !== undefined && processors.length === 1 && isContained(only, RECORD_METHODS)) return only;
  return new SpanFanOut(processors);
}

/** Whether a combined processor wants to be called when a span is ending. */
export function wantsOnEnding(processor: SpanProcessor): boolean {
  return processor instanceof SpanFanOut ? processor.hasOnEnding : typeof processor.onEnding === 'function';
}
