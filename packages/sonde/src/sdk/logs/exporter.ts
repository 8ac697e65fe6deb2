/** LogRecordExporter: sends log records somewhere (specification: logs/sdk.md#logrecordexporter). */
import type { ExportResult } from '../common/export-result.ts';
import type { ReadableLogRecord } from './readable-log-record.ts';

/**
 * Concurrency: our processors never call `export` of one exporter again before the earlier call has answered or its
 * `exportTimeoutMillis` has passed. `forceFlush` and `shutdown` may be called while an export is running.
 */
export interface LogRecordExporter {
  /** Takes a batch, which it must not keep after answering, and answers through the callback exactly once. */
  export(logs: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void;
  /** Ends for good: an `export` after it answers with a failure. */
  shutdown(): Promise<void>;
  /** Settles when everything exported before the call has been sent. Exporters that hold nothing back may leave it out. */
  forceFlush?(): Promise<void>;
}
