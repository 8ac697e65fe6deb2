/** BatchSpanProcessor: the batching engine for spans (specification: trace/sdk.md#batching-processor). */
import type { Context } from '../../api/context/context.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { SPAN_RECORDS } from '../common/self-metrics.ts';
import { Batcher } from '../pipeline/batcher.ts';
import { declareContained } from '../pipeline/fan-out.ts';
import {
  type BatchOptions,
  exporterAndOptions,
  requireMethods,
  settleBatchOptions,
} from '../pipeline/options.ts';
import type { SpanExporter } from './exporter.ts';
import { isSampled } from './local-span.ts';
import type { SpanProcessor } from './processor.ts';
import type { ReadableSpan, Span } from './readable-span.ts';

/** What a BatchSpanProcessor can be given: its exporter, and when a batch is due. */
export interface BatchSpanProcessorOptions extends BatchOptions {
  readonly exporter: SpanExporter;
}

/**
 * Collects sampled spans and exports them in batches: when `maxExportBatchSize` wait, `scheduledDelayMillis` after the
 * first one, and at a flush. The one to use in production.
 *
 * Takes `{ exporter, … }`, or the exporter and the options apart, as earlier versions of the official SDK do.
 * Throws a TypeError for options that cannot work.
 */
export class BatchSpanProcessor implements SpanProcessor {
  readonly #batcher: Batcher<ReadableSpan>;

  constructor(options: BatchSpanProcessorOptions);
  constructor(exporter: SpanExporter, options?: BatchOptions);
  constructor(first: BatchSpanProcessorOptions | SpanExporter, second?: BatchOptions) {
    const { exporter, options } = exporterAndOptions(first, second);
    requireMethods('BatchSpanProcessor', 'exporter', exporter, ['export', 'shutdown']);
    this.#batcher = new Batcher<ReadableSpan>({
      ...settleBatchOptions('BatchSpanProcessor', 'OTEL_BSP', options),
      exporter,
      owner: 'BatchSpanProcessor',
      records: 'spans',
      self: { kind: SPAN_RECORDS, type: 'batching_span_processor', meterProvider: options.meterProvider },
    });
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.#batcher.add(span);
    else this.#batcher.skip();
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#batcher.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#batcher.shutdown(options);
  }
}
declareContained(BatchSpanProcessor);
