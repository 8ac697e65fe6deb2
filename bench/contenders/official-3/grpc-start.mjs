/** Starts traces over OTLP/gRPC with the official SDK 3.x, ESM build, and delivers a span. */
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const exporter = new OTLPTraceExporter({ url: process.argv[2] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
trace.setGlobalTracerProvider(provider);
trace.getTracer('start').startSpan('first').end();
await provider.forceFlush();

const { rss } = process.memoryUsage();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpuMillis: (user + system) / 1e3, megabytes: rss / 1e6 }));
process.exit();
