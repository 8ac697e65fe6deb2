/** OTLPTraceExporter: spans to an OTLP receiver over HTTP (specification: protocol/exporter.md). */
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { OtlpExporter, otlpWay } from '../exporter.ts';
import type { OTLPExporterOptions } from '../options.ts';
import { loadCodecs } from './deferred-codecs.ts';

/** Options of `OTLPTraceExporter`; what is not given comes from the environment. */
export interface OTLPTraceExporterOptions extends OTLPExporterOptions {}

/**
 * Sends spans to an OTLP receiver: `new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })`. With a processor of
 * Sonde several requests are in flight, and batches are kept and sent again while the receiver is away.
 */
export class OTLPTraceExporter extends OtlpExporter<ReadableSpan> {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: OTLPTraceExporterOptions = {}) {
    super(otlpWay('traces', options, () => loadCodecs().codecs));
  }
}
