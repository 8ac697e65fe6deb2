/** The span processors that OTEL_TRACES_EXPORTER names, and those that code gives. */
import { OTLPTraceExporter } from '../otlp/traces/exporter.ts';
import { readEnv } from '../sdk/common/environment.ts';
import { BatchSpanProcessor } from '../sdk/traces/batch-processor.ts';
import type { SpanExporter } from '../sdk/traces/exporter.ts';
import type { SpanProcessor } from '../sdk/traces/processor.ts';
import { SimpleSpanProcessor } from '../sdk/traces/simple-processor.ts';
import { type LatePlace, lateExporter } from './late-exporter.ts';
import type { SdkOptions } from './options.ts';
import { availableOf } from './selection.ts';

/** The console is paired with the simple processor (trace/sdk_exporters/stdout.md): people want to see it at once. */
const AVAILABLE: Readonly<Record<string, () => SpanProcessor | undefined>> = {
  otlp: () => new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }),
  console: consoleProcessor,
  'otlp/stdout': () =>
    lateProcessor('otlp/stdout', { part: 'sonde/otlp-file', className: 'OTLPFileTraceExporter' }),
  jaeger: () => lateProcessor('jaeger', { part: 'sonde/jaeger', className: 'JaegerExporter' }),
  zipkin: () => lateProcessor('zipkin', { part: 'sonde/zipkin', className: 'ZipkinExporter' }),
};

/** Code wins: with a processor or an exporter given in code, OTEL_TRACES_EXPORTER is not looked at. */
export function spanProcessors(options: SdkOptions): SpanProcessor[] {
  const { spanProcessors: given, traceExporter } = options;
  if (given === undefined && traceExporter === undefined) return processorsFromEnvironment();
  const processors = [...(given ?? [])];
  if (traceExporter !== undefined) processors.push(new BatchSpanProcessor({ exporter: traceExporter }));
  return processors;
}

function processorsFromEnvironment(): SpanProcessor[] {
  return availableOf('OTEL_TRACES_EXPORTER', readEnv('OTEL_TRACES_EXPORTER'), AVAILABLE)
    .map((make) => make())
    .filter((processor) => processor !== undefined);
}

/** A tree of spans is for development: what prints it is loaded when it is named. */
function consoleProcessor(): SpanProcessor | undefined {
  const place = { part: 'sonde/sdk', className: 'ConsoleSpanExporter' } as const;
  const exporter = lateExporter<SpanExporter>('OTEL_TRACES_EXPORTER', 'console', place);
  return exporter === undefined ? undefined : new SimpleSpanProcessor({ exporter });
}

function lateProcessor(word: string, place: LatePlace): SpanProcessor | undefined {
  const exporter = lateExporter<SpanExporter>('OTEL_TRACES_EXPORTER', word, place);
  return exporter === undefined ? undefined : new BatchSpanProcessor({ exporter });
}
