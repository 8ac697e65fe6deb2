/** `sonde/zipkin`: the exporter of spans to a Zipkin server. */
export { ZipkinExporter, type ZipkinExporterOptions } from '../exporters/zipkin/traces.ts';
