/** OTLPTraceExporter: spans over OTLP (specification: protocol/exporter.md). */
import type { SpanExporter } from '../../sdk/traces/exporter.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { OtlpExporter } from '../exporter.ts';
import type { OTLPExporterOptions } from '../options.ts';
import { tracesProtobuf } from './encode.ts';
import { tracesJson } from './encode-json.ts';

/**
 * Sends spans to an OTLP receiver: by default as protobuf to http://localhost:4318/v1/traces. Options win over the
 * environment's `OTEL_EXPORTER_OTLP_TRACES_*`, those over `OTEL_EXPORTER_OTLP_*`.
 * @throws TypeError for a wrong option, naming it, what was given and what is allowed
 */
export class OTLPTraceExporter extends OtlpExporter<ReadableSpan> implements SpanExporter {
  constructor(options: OTLPExporterOptions = {}) {
    super('traces', { protobuf: tracesProtobuf, json: tracesJson }, options);
  }
}
