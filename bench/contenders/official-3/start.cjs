/** Starts traces over OTLP/HTTP with the official SDK 3.x, CommonJS build. */
const { context, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { BatchSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:4318/v1/traces' });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }));
trace.getTracer('start');

const { rss } = process.memoryUsage();
console.log(JSON.stringify({ millis: performance.now(), megabytes: rss / 1e6 }));
