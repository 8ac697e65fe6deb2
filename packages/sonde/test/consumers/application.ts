/**
 * An application as users write it, over every entry. It is compiled, not run: under every module setting, without
 * @types/node and without the DOM, so it names no global of either.
 */
import api, { context, propagation, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from 'sonde';
import { OTLPTraceExporter } from 'sonde/otlp';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from 'sonde/propagators';
import { detectResources, envDetector, processDetector } from 'sonde/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  FilterSpanProcessor,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  resourceFromAttributes,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  startSdk,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from 'sonde/sdk';

class CountingProcessor implements SpanProcessor {
  ended = 0;
  onStart(span: Span): void {
    span.setAttribute('seen', true);
  }
  onEnd(span: ReadableSpan): void {
    this.ended += span.attributes['seen'] === true ? 1 : 0;
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const exporter: SpanExporter = new OTLPTraceExporter({
  url: 'http://127.0.0.1:4318/v1/traces',
  compression: 'gzip',
});
const memory = new InMemorySpanExporter();
const provider: TracerProvider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'application' }).merge(
    detectResources({ detectors: [envDetector, processDetector] }),
  ),
  sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
  spanProcessors: [
    new BatchSpanProcessor({ exporter, maxQueueSize: 4096, scheduledDelayMillis: 1000 }),
    new SimpleSpanProcessor(memory),
    new SimpleSpanProcessor(new ConsoleSpanExporter()),
    new FilterSpanProcessor({
      processor: new CountingProcessor(),
      keep: (span) => span.kind === SpanKind.SERVER,
    }),
  ],
});

trace.setGlobalTracerProvider(provider);
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);

const tracer: Tracer = trace.getTracer('application', '1.0.0');

/** Handles one request in a span of its own. */
export async function handle(headers: Record<string, string>): Promise<Record<string, string>> {
  const parent = propagation.extract(context.active(), headers);
  return tracer.startActiveSpan('handle', { kind: SpanKind.SERVER }, parent, async (span) => {
    const carrier: Record<string, string> = {};
    try {
      span.setAttributes({ 'http.request.method': 'GET', sizes: [1, 2] }).addEvent('accepted');
      propagation.inject(context.active(), carrier);
      return carrier;
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same by one call, with what the environment says. */
export async function startAndStop(): Promise<void> {
  const sdk = startSdk({ serviceName: 'application', traceExporter: memory, takeover: true });
  await sdk.forceFlush();
  await sdk.shutdown();
}

/** Names of what ended so far; everything is delivered when it returns. */
export async function finish(): Promise<string[]> {
  await provider.forceFlush();
  const names = memory.getFinishedSpans().map((span: ReadableSpan) => span.name);
  await provider.shutdown();
  return api.trace === trace ? names : [];
}
