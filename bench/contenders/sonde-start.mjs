/** Starts traces over OTLP/HTTP with Sonde, through the exports of its package.json. */
import { trace } from 'sonde';
import { OTLPTraceExporter } from 'sonde/otlp';
import { BatchSpanProcessor, TracerProvider } from 'sonde/sdk';

const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:4318/v1/traces' });
new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }).register();
trace.getTracer('start');

const { rss } = process.memoryUsage();
console.log(JSON.stringify({ millis: performance.now(), megabytes: rss / 1e6 }));
