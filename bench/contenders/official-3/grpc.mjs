/** The exporter of the 3.x line over gRPC, on @grpc/grpc-js: loaded by the cases that measure it, and by no other. */
export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
