/** InMemoryLogRecordExporter: keeps log records, for tests of programs that log. */
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import type { LogRecordExporter } from '../../sdk/logs/exporter.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';

/** Keeps every exported log record until `reset()` or `shutdown()`. It has no bound: it is meant for tests. */
export class InMemoryLogRecordExporter implements LogRecordExporter {
  #records: ReadableLogRecord[] = [];
  #stopped = false;

  export(logs: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    if (this.#stopped) {
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error('Cannot keep log records: the in-memory exporter was shut down'),
      });
      return;
    }
    for (const record of logs) this.#records.push(record);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The records exported so far, in the order in which they came. The array is the exporter's own and grows on. */
  getFinishedLogRecords(): ReadableLogRecord[] {
    return this.#records;
  }

  /** Forgets the records kept so far. */
  reset(): void {
    this.#records = [];
  }

  /** Forgets the records and refuses all that come later. */
  shutdown(): Promise<void> {
    this.#stopped = true;
    this.#records = [];
    return Promise.resolve();
  }

  /** Holds nothing back, so there is nothing to do. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
