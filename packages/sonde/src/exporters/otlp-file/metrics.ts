/** OTLPFileMetricExporter: collections of metrics as lines of OTLP JSON (specification: protocol/file-exporter.md). */
import { OtlpExporter } from '../../otlp/exporter.ts';
import { metricsJson } from '../../otlp/metrics/encode-json.ts';
import { type OTLPMetricPreferences, PointExporter } from '../../otlp/metrics/exporter.ts';
import { type OTLPFileExporterOptions, OWNER, openFileSink } from './options.ts';

/** Options of `OTLPFileMetricExporter`; the preferences come from the environment as with OTLP. */
export interface OTLPFileMetricExporterOptions extends OTLPFileExporterOptions, OTLPMetricPreferences {}

/**
 * Writes metrics to a file or stream, one JSON object MetricsData a line, as the Collector's file exporter does: by default to
 * standard output. `new PeriodicExportingMetricReader({ exporter: new OTLPFileMetricExporter() })`. Nothing waits for the
 * disk; what it did not take is kept and tried again.
 */
export class OTLPFileMetricExporter extends PointExporter {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: OTLPFileMetricExporterOptions = {}) {
    super(new OtlpExporter(openFileSink(metricsJson, options), OWNER), options);
  }
}
