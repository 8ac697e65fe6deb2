/** ConsoleLogRecordExporter: log records on the terminal, a line for people or a line of JSON for machines. */

import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import type { LogRecordExporter } from '../../sdk/logs/exporter.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { loadPrinting } from './deferred-printing.ts';
import { type ConsoleOutput, outputOf } from './output.ts';
import { type ConsoleStream, paint, wantsColors } from './terminal.ts';

/** Options of `ConsoleLogRecordExporter`. */
export interface ConsoleLogRecordExporterOptions {
  /** `text` for people, `json` for one object a line. Default: `text` on a terminal, else `json`. */
  readonly format?: 'text' | 'json' | undefined;
  /** Default: as FORCE_COLOR and NO_COLOR say, else on when the stream is a terminal. Only for `text`. */
  readonly colors?: boolean | undefined;
  /** Default: the standard output. */
  readonly stream?: ConsoleStream | undefined;
}

/**
 * Prints log records. For development: the format may change in any version and is not meant to be parsed; to keep
 * telemetry in files that other programs read, use the OTLP file exporter.
 * Specification: logs/sdk_exporters/stdout.md.
 */
export class ConsoleLogRecordExporter implements LogRecordExporter {
  readonly #output: ConsoleOutput;
  readonly #line: (record: ReadableLogRecord) => string;
  #stopped = false;

  /** @throws TypeError when an option has a value that is not allowed. */
  constructor(options: ConsoleLogRecordExporterOptions = {}) {
    const { colors, stream } = options;
    const checks = new OptionChecks('ConsoleLogRecordExporter', options);
    const format = checks.oneOf('format', ['text', 'json']);
    checks.finish('colors', 'stream');
    const output = outputOf(stream, 'ConsoleLogRecordExporter', 'log records');
    this.#output = output;
    const isText = format === undefined ? output.isTTY : format === 'text';
    const colours = paint(colors ?? wantsColors(output.isTTY));
    this.#line = isText
      ? (record) => loadPrinting().logLines(record, output.columns, colours)
      : (record) => loadPrinting().logJsonLine(record);
  }

  export(logs: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    resultCallback(
      this.#stopped ? this.#output.failed('the console exporter was shut down') : this.#print(logs),
    );
  }

  /** Holds nothing back, so there is nothing to do. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Refuses all that comes later. */
  shutdown(): Promise<void> {
    this.#stopped = true;
    return Promise.resolve();
  }

  /** A record that cannot be written takes none of the others along. */
  #print(logs: readonly ReadableLogRecord[]): ExportResult {
    let text = '';
    let failure: unknown;
    for (const record of logs) {
      try {
        text += `${this.#line(record)}\n`;
      } catch (error) {
        failure = error;
      }
    }
    try {
      if (text !== '') this.#output.write(text);
    } catch (error) {
      failure = error;
    }
    return failure === undefined ? { code: ExportResultCode.SUCCESS } : this.#output.failed(failure);
  }
}
