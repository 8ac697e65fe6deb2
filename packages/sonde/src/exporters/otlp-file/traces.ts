/** OTLPFileTraceExporter: spans as lines of OTLP JSON (specification: protocol/file-exporter.md). */
import { OtlpExporter } from '../../otlp/exporter.ts';
import { tracesJson } from '../../otlp/traces/encode-json.ts';
import type { SpanExporter } from '../../sdk/traces/exporter.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { type OTLPFileExporterOptions, OWNER, openFileSink } from './options.ts';

/**
 * Writes spans to a file or stream, one JSON object TracesData a line, as the Collector's file exporter does: by default to
 * standard output. `new BatchSpanProcessor({ exporter: new OTLPFileTraceExporter({ outputStream: 'spans.jsonl' }) })`.
 * Nothing waits for the disk; a disk that is full or read-only is said, and what it did not take is kept and tried again.
 */
export class OTLPFileTraceExporter extends OtlpExporter<ReadableSpan> implements SpanExporter {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: OTLPFileExporterOptions = {}) {
    super(openFileSink(tracesJson, options), OWNER);
  }
}
