/** FilterSpanProcessor: keeps the spans that a function wants, and hands them to another processor. */
import type { Context } from '../../api/context/context.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { declareFlushing, shutDownStage } from '../pipeline/fan-out.ts';
import { Filter } from '../pipeline/filter.ts';
import type { SpanProcessor } from './processor.ts';
import type { ReadableSpan, Span } from './readable-span.ts';

/** What a FilterSpanProcessor needs: whom to pass spans on to, and which. */
export interface FilterSpanProcessorOptions {
  /** Gets the spans that are kept. Its `onStart` and `onEnding` are called for every span. */
  readonly processor: SpanProcessor;
  /** Asked when a span has ended. False drops it; children keep their parent's id. */
  readonly keep: (span: ReadableSpan) => boolean;
}

/** Drops finished spans by a rule, before they cost anything: health checks, for instance. What is dropped is counted. */
export class FilterSpanProcessor implements SpanProcessor {
  readonly #processor: SpanProcessor;
  readonly #filter: Filter<ReadableSpan>;

  /** @throws TypeError for a processor without its methods, or a `keep` that is no function */
  constructor({ processor, keep }: FilterSpanProcessorOptions) {
    this.#filter = new Filter(
      'FilterSpanProcessor',
      processor,
      ['onStart', 'onEnd', 'forceFlush', 'shutdown'],
      keep,
    );
    this.#processor = processor;
  }

  /** Spans that were not kept. */
  get droppedCount(): number {
    return this.#filter.dropped;
  }

  onStart(span: Span, parentContext: Context): void {
    this.#processor.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.#processor.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#filter.passes(span)) this.#processor.onEnd(span);
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#processor.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return shutDownStage(this.#processor, options);
  }
}

declareFlushing(FilterSpanProcessor);
