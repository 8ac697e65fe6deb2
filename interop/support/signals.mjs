/** One record of each signal, through the whole SDK of the subject, to exporters that a test chooses. */

/** Sends a span, a metric and a log record; rejects when one of them could not be delivered. */
export async function sendSignals({ sdk, otlp, resources }, options) {
  const resource = resources.resourceFromAttributes({ 'service.name': 'interop-signals' });
  const at = (signal) => (typeof options === 'function' ? options(signal) : options);
  const tracerProvider = new sdk.TracerProvider({
    resource,
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new otlp.OTLPTraceExporter(at('traces')) })],
  });
  const exporter = new otlp.OTLPMetricExporter(at('metrics'));
  const reader = new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const meterProvider = new sdk.MeterProvider({ resource, readers: [reader] });
  const processor = new sdk.BatchLogRecordProcessor({ exporter: new otlp.OTLPLogExporter(at('logs')) });
  const loggerProvider = new sdk.LoggerProvider({ resource, processors: [processor] });
  tracerProvider
    .getTracer('interop')
    .startSpan('a span', { attributes: { text: 'grüße, 世界 🚀' } })
    .end();
  meterProvider.getMeter('interop').createCounter('a.counter', { unit: '{item}' }).add(5, { kind: 'big' });
  meterProvider.getMeter('interop').createHistogram('a.histogram').record(7.5);
  loggerProvider.getLogger('interop').emit({ body: 'a record', severityNumber: 13, severityText: 'WARN' });
  await Promise.all([tracerProvider, meterProvider, loggerProvider].map((provider) => provider.shutdown()));
}
