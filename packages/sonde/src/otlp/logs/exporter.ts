/** OTLPLogExporter: log records over OTLP (specification: protocol/exporter.md). */
import type { LogRecordExporter } from '../../sdk/logs/exporter.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { OtlpExporter, otlpWay } from '../exporter.ts';
import type { OTLPExporterOptions } from '../options.ts';
import { loadCodecs } from './deferred-codecs.ts';

/**
 * Sends log records to an OTLP receiver: by default as protobuf to http://localhost:4318/v1/logs. Options win over the
 * environment's `OTEL_EXPORTER_OTLP_LOGS_*`, those over `OTEL_EXPORTER_OTLP_*`.
 * @throws TypeError for a wrong option, naming it, what was given and what is allowed
 */
export class OTLPLogExporter extends OtlpExporter<ReadableLogRecord> implements LogRecordExporter {
  constructor(options: OTLPExporterOptions = {}) {
    super(otlpWay('logs', options, () => loadCodecs().codecs));
  }
}
