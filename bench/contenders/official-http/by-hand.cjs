/** The official HTTP instrumentation set up by hand: `--require` it. Traces, and metrics when BENCH_METRICS is set, over OTLP/protobuf. */
const { context, metrics, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } =
  require('@opentelemetry/sdk-trace');

const isOn = process.env.OTEL_TRACES_SAMPLER !== 'always_off';
const sampler = isOn ? new ParentBasedSampler({ root: new AlwaysOnSampler() }) : new AlwaysOffSampler();
const provider = new TracerProvider({
  sampler,
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);
const flushes = [() => provider.forceFlush()];

if (process.env.BENCH_METRICS !== undefined) {
  const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-proto');
  const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: Number(process.env.OTEL_METRIC_EXPORT_INTERVAL),
    exportTimeoutMillis: Number(process.env.OTEL_METRIC_EXPORT_INTERVAL),
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(meterProvider);
  flushes.push(() => meterProvider.forceFlush());
}

registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
globalThis.benchFlush = () => Promise.all(flushes.map((flush) => flush().catch(() => {})));
