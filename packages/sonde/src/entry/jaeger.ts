/** `sonde/jaeger`: the exporter of spans to Jaeger by its own protocols. */
export type {
  JaegerExporterOptions,
  JaegerProtocol,
  JaegerTag,
} from '../exporters/jaeger/options.ts';
export { JaegerExporter } from '../exporters/jaeger/traces.ts';
