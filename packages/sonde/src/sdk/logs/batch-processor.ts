/** BatchLogRecordProcessor: the batching engine for log records (specification: logs/sdk.md#batching-processor). */
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { LOG_RECORDS } from '../common/self-metrics.ts';
import { Batcher } from '../pipeline/batcher.ts';
import { declareContained } from '../pipeline/fan-out.ts';
import {
  type BatchOptions,
  exporterAndOptions,
  requireMethods,
  settleBatchOptions,
} from '../pipeline/options.ts';
import type { LogRecordExporter } from './exporter.ts';
import type { LogRecordProcessor } from './processor.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from './readable-log-record.ts';

/** What a BatchLogRecordProcessor can be given: its exporter, and when a batch is due. */
export interface BatchLogRecordProcessorOptions extends BatchOptions {
  readonly exporter: LogRecordExporter;
}

/**
 * Collects log records and exports them in batches: when `maxExportBatchSize` wait, `scheduledDelayMillis` (by default
 * 1000) after the first one, and at a flush. The one to use in production.
 *
 * Takes `{ exporter, … }`, or the exporter and the options apart, as earlier versions of the official SDK do.
 * Throws a TypeError for options that cannot work.
 */
export class BatchLogRecordProcessor implements LogRecordProcessor {
  readonly #batcher: Batcher<ReadableLogRecord>;

  constructor(options: BatchLogRecordProcessorOptions);
  constructor(exporter: LogRecordExporter, options?: BatchOptions);
  constructor(first: BatchLogRecordProcessorOptions | LogRecordExporter, second?: BatchOptions) {
    const { exporter, options } = exporterAndOptions(first, second);
    requireMethods('BatchLogRecordProcessor', 'exporter', exporter, ['export', 'shutdown']);
    this.#batcher = new Batcher<ReadableLogRecord>({
      ...settleBatchOptions('BatchLogRecordProcessor', 'OTEL_BLRP', options),
      exporter,
      owner: 'BatchLogRecordProcessor',
      records: 'log records',
      self: { kind: LOG_RECORDS, type: 'batching_log_processor', meterProvider: options.meterProvider },
    });
  }

  onEmit(logRecord: ReadWriteLogRecord): void {
    this.#batcher.add(logRecord as ReadableLogRecord);
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#batcher.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#batcher.shutdown(options);
  }
}
declareContained(BatchLogRecordProcessor);
