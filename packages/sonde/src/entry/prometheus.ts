/** `sonde/prometheus`: a reader that serves metrics to Prometheus, with a server of its own or in yours. */
export { PrometheusExporter } from '../exporters/prometheus/metrics.ts';
export type { TranslationStrategy } from '../exporters/prometheus/names.ts';
export type { PrometheusExporterOptions, ResourceLabelPatterns } from '../exporters/prometheus/options.ts';
export type { ServerRequest, ServerResponse } from '../platform/http-server.ts';
