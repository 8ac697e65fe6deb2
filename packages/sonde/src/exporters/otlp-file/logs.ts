/** OTLPFileLogExporter: log records as lines of OTLP JSON (specification: protocol/file-exporter.md). */
import { OtlpExporter } from '../../otlp/exporter.ts';
import { logsJson } from '../../otlp/logs/encode-json.ts';
import type { LogRecordExporter } from '../../sdk/logs/exporter.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { type OTLPFileExporterOptions, OWNER, openFileSink } from './options.ts';

/**
 * Writes log records to a file or stream, one JSON object LogsData a line, as the Collector's file exporter does: by default
 * to standard output. Nothing waits for the disk; what it did not take is kept and tried again.
 */
export class OTLPFileLogExporter extends OtlpExporter<ReadableLogRecord> implements LogRecordExporter {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: OTLPFileExporterOptions = {}) {
    super(openFileSink(logsJson, options), OWNER);
  }
}
