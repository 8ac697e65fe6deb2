/** The 3.x line through its CommonJS build. */
module.exports = {
  api: require('@opentelemetry/api'),
  contextManager: require('@opentelemetry/context-async-hooks'),
  core: require('@opentelemetry/core'),
  exporter: require('@opentelemetry/exporter-trace-otlp-proto'),
  logs: require('@opentelemetry/sdk-logs'),
  metrics: require('@opentelemetry/sdk-metrics'),
  otlp: require('@opentelemetry/otlp-transformer'),
  prometheus: require('@opentelemetry/exporter-prometheus'),
  resources: require('@opentelemetry/resources'),
  traces: require('@opentelemetry/sdk-trace'),
};
