/** Starts traces over OTLP/HTTP with Sonde. The entries are imported by path: the same files that `sonde` resolves to. */
import { trace } from '../../packages/sonde/dist/bundle/entry/index.js';
import { OTLPTraceExporter } from '../../packages/sonde/dist/bundle/entry/otlp.js';
import { BatchSpanProcessor, TracerProvider } from '../../packages/sonde/dist/bundle/entry/sdk.js';

const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:4318/v1/traces' });
new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }).register();
trace.getTracer('start');

const { rss } = process.memoryUsage();
console.log(JSON.stringify({ millis: performance.now(), megabytes: rss / 1e6 }));
