/** SimpleLogRecordProcessor: each log record at once (specification: logs/sdk.md#simple-processor). */
import type { MeterProvider } from '../../api/metrics/meter.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { reportMisspelt } from '../common/option-names.ts';
import { LOG_RECORDS } from '../common/self-metrics.ts';
import { declareContained } from '../pipeline/fan-out.ts';
import { ImmediateStage } from '../pipeline/immediate.ts';
import { exporterAndOptions, requireMethods } from '../pipeline/options.ts';
import type { LogRecordExporter } from './exporter.ts';
import type { LogRecordProcessor } from './processor.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from './readable-log-record.ts';

/** What a SimpleLogRecordProcessor can be given: its exporter, and to whom it reports. */
export interface SimpleLogRecordProcessorOptions {
  readonly exporter: LogRecordExporter;
  /** Where the processor's own metrics go. Default: the global meter provider. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Exports every log record when it is emitted, one after another. For development and tests.
 *
 * Takes `{ exporter }`, or the exporter itself, as earlier versions of the official SDK do.
 * Throws a TypeError when there is no exporter.
 */
export class SimpleLogRecordProcessor implements LogRecordProcessor {
  readonly #stage: ImmediateStage<ReadableLogRecord>;

  constructor(first: SimpleLogRecordProcessorOptions | LogRecordExporter) {
    const { exporter, options } = exporterAndOptions<
      LogRecordExporter,
      Pick<SimpleLogRecordProcessorOptions, 'meterProvider'>
    >(first, undefined);
    requireMethods('SimpleLogRecordProcessor', 'exporter', exporter, ['export', 'shutdown']);
    reportMisspelt('SimpleLogRecordProcessor', options, ['exporter', 'meterProvider']);
    this.#stage = new ImmediateStage<ReadableLogRecord>({
      exporter,
      owner: 'SimpleLogRecordProcessor',
      records: 'log records',
      self: { kind: LOG_RECORDS, type: 'simple_log_processor', meterProvider: options.meterProvider },
    });
  }

  onEmit(logRecord: ReadWriteLogRecord): void {
    this.#stage.add(logRecord as ReadableLogRecord);
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#stage.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#stage.shutdown(options);
  }
}
declareContained(SimpleLogRecordProcessor);
