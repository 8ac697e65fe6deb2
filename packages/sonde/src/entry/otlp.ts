/** `sonde/otlp`: the OTLP exporters over HTTP, as protobuf or JSON. */
export { OTLPLogExporter } from '../otlp/logs/exporter.ts';
export { OTLPMetricExporter, type OTLPMetricExporterOptions } from '../otlp/metrics/exporter.ts';
export {
  AggregationTemporalityPreference,
  type TemporalityPreferenceName,
} from '../otlp/metrics/preference.ts';
export type { OTLPExporterOptions, OTLPProtocol } from '../otlp/options.ts';
export { OTLPTraceExporter } from '../otlp/traces/exporter.ts';
