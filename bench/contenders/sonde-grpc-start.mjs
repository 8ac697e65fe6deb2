/** Starts traces over OTLP/gRPC with Sonde, through the exports of its package.json, and delivers a span. */
import { trace } from 'sonde';
import { OTLPTraceExporter } from 'sonde/otlp';
import { BatchSpanProcessor, TracerProvider } from 'sonde/sdk';

const exporter = new OTLPTraceExporter({ protocol: 'grpc', url: process.argv[2] });
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
provider.register();
trace.getTracer('start').startSpan('first').end();
await provider.forceFlush();

const { rss } = process.memoryUsage();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpuMillis: (user + system) / 1e3, megabytes: rss / 1e6 }));
process.exit();
