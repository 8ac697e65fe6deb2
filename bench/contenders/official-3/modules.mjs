/** The 3.x line through its ESM build. */
export * as api from '@opentelemetry/api';
export * as contextManager from '@opentelemetry/context-async-hooks';
export * as core from '@opentelemetry/core';
export * as prometheus from '@opentelemetry/exporter-prometheus';
export * as exporter from '@opentelemetry/exporter-trace-otlp-proto';
export * as otlp from '@opentelemetry/otlp-transformer';
export * as resources from '@opentelemetry/resources';
export * as logs from '@opentelemetry/sdk-logs';
export * as metrics from '@opentelemetry/sdk-metrics';
export * as traces from '@opentelemetry/sdk-trace';
