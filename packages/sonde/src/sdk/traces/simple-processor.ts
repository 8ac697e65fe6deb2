/** SimpleSpanProcessor: each span at once (specification: trace/sdk.md#simple-processor). */
import type { MeterProvider } from '../../api/metrics/meter.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { reportMisspelt } from '../common/option-names.ts';
import { SPAN_RECORDS } from '../common/self-metrics.ts';
import { declareContained } from '../pipeline/fan-out.ts';
import { ImmediateStage } from '../pipeline/immediate.ts';
import { exporterAndOptions, requireMethods } from '../pipeline/options.ts';
import type { SpanExporter } from './exporter.ts';
import { isSampled } from './local-span.ts';
import type { SpanProcessor } from './processor.ts';
import type { ReadableSpan } from './readable-span.ts';

/** What a SimpleSpanProcessor can be given: its exporter, and to whom it reports. */
export interface SimpleSpanProcessorOptions {
  readonly exporter: SpanExporter;
  /** Where the processor's own metrics go. Default: the global meter provider. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Exports every sampled span when it ends, one after another. For development and tests: in production each span would
 * cost a request of its own.
 *
 * Takes `{ exporter }`, or the exporter itself, as earlier versions of the official SDK do.
 * Throws a TypeError when there is no exporter.
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #stage: ImmediateStage<ReadableSpan>;

  constructor(first: SimpleSpanProcessorOptions | SpanExporter) {
    const { exporter, options } = exporterAndOptions<
      SpanExporter,
      Pick<SimpleSpanProcessorOptions, 'meterProvider'>
    >(first, undefined);
    requireMethods('SimpleSpanProcessor', 'exporter', exporter, ['export', 'shutdown']);
    reportMisspelt('SimpleSpanProcessor', options, ['exporter', 'meterProvider']);
    this.#stage = new ImmediateStage<ReadableSpan>({
      exporter,
      owner: 'SimpleSpanProcessor',
      records: 'spans',
      self: { kind: SPAN_RECORDS, type: 'simple_span_processor', meterProvider: options.meterProvider },
    });
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.#stage.add(span);
    else this.#stage.skip();
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#stage.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#stage.shutdown(options);
  }
}
declareContained(SimpleSpanProcessor);
