/** `sonde/otlp-file`: OTLP as lines of JSON, into a file or onto standard output. */
export { OTLPFileLogExporter } from '../exporters/otlp-file/logs.ts';
export {
  OTLPFileMetricExporter,
  type OTLPFileMetricExporterOptions,
} from '../exporters/otlp-file/metrics.ts';
export type { OTLPFileExporterOptions, OTLPFileRotation } from '../exporters/otlp-file/options.ts';
export type { OTLPOutputStream } from '../exporters/otlp-file/output-stream.ts';
export { OTLPFileTraceExporter } from '../exporters/otlp-file/traces.ts';
