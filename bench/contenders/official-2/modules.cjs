/** The 2.x line as Node loads it: its only Node build is CommonJS. */
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
  traces: require('@opentelemetry/sdk-trace-base'),
};
