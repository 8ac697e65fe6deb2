/**
 * The official SDK behind the interface that the cases use. The 2.x and the 3.x line differ in two names only, and the
 * 3.x line is measured through its ESM and through its CommonJS build: bundler helpers make the second slower.
 */
import { resourceAttributes } from '../harness/workload.mjs';

/** A span processor that only receives: what a case without export gives its spans to. */
const nowhere = {
  onStart() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

export function officialContender({
  api,
  core,
  resources,
  contextManager,
  traces,
  metrics,
  logs,
  otlp,
  exporter,
  prometheus,
}) {
  const Provider = traces.TracerProvider ?? traces.BasicTracerProvider;
  const batch = (spanExporter) =>
    traces.TracerProvider === undefined
      ? new traces.BatchSpanProcessor(spanExporter)
      : new traces.BatchSpanProcessor({ exporter: spanExporter });
  const encode = (spans) => otlp.ProtobufTraceSerializer.serializeRequest(spans);
  return {
    /** `sampled: false` is the AlwaysOff sampler; `processors` defaults to one that does nothing. */
    makeProvider({ sampled = true, processors = [nowhere] } = {}) {
      const sampler = sampled ? new traces.AlwaysOnSampler() : new traces.AlwaysOffSampler();
      return new Provider({
        resource: resources.resourceFromAttributes(resourceAttributes),
        sampler: new traces.ParentBasedSampler({ root: sampler }),
        spanProcessors: processors,
      });
    },
    /** A batch processor of default options. */
    batch,
    /** A batch processor whose exporter encodes to OTLP protobuf and throws the bytes away. */
    batchToBytes: () =>
      batch({
        export(spans, done) {
          encode(spans);
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      }),
    /** A logger behind a batch processor of default options; `toBytes` encodes to OTLP protobuf, else nothing is done. */
    makeLogs: ({ toBytes }) => {
      const exporter = {
        export(records, done) {
          if (toBytes) otlp.ProtobufLogsSerializer.serializeRequest(records);
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
        forceFlush: () => Promise.resolve(),
      };
      const processor = new logs.BatchLogRecordProcessor({ exporter });
      return new logs.LoggerProvider({
        resource: resources.resourceFromAttributes(resourceAttributes),
        processors: [processor],
      });
    },
    /** A provider whose loggers are switched off: without processors, the only way that both lines have. */
    makeNoLogs: () => new logs.LoggerProvider({ processors: [] }),
    /** The exporter that speaks OTLP/HTTP protobuf to this URL. */
    exporterTo: (url) => new exporter.OTLPTraceExporter({ url }),
    encode,
    /** A meter whose reader is asked by hand; `views` and `limit`, of series, are the provider's and the reader's. */
    makeMetrics({ views = [], limit = 2000 } = {}) {
      class Reader extends metrics.MetricReader {
        async onForceFlush() {}
        async onShutdown() {}
      }
      const reader = new Reader({ cardinalitySelector: () => limit });
      const resource = resources.resourceFromAttributes(resourceAttributes);
      const provider = new metrics.MeterProvider({ resource, readers: [reader], views });
      return { meter: provider.getMeter('bench', '1.0.0'), collect: () => reader.collect() };
    },
    makeMeter(options) {
      return this.makeMetrics(options).meter;
    },
    /** A meter of up to so many series, and the Prometheus exporter whose handler exposes them, without a server. */
    makeScraped(limit) {
      const exporter = new prometheus.PrometheusExporter({ preventServerStart: true });
      exporter.selectCardinalityLimit = () => limit;
      const resource = resources.resourceFromAttributes(resourceAttributes);
      const provider = new metrics.MeterProvider({ resource, readers: [exporter] });
      return { exporter, meter: provider.getMeter('bench', '1.0.0') };
    },
    /** A collection as one OTLP protobuf request. */
    encodeMetrics: ({ resourceMetrics }) => otlp.ProtobufMetricsSerializer.serializeRequest(resourceMetrics),
    /** Runs the function in a sampled span. */
    inSpan(run) {
      this.installContext();
      const span = this.makeProvider().getTracer('bench', '1.0.0').startSpan('GET /api/v2/orders/{id}');
      return api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, span), run);
    },
    /** Makes context follow asynchronous work. */
    installContext() {
      api.context.setGlobalContextManager(new contextManager.AsyncLocalStorageContextManager().enable());
    },
    rootContext: api.ROOT_CONTEXT,
    getter: api.defaultTextMapGetter,
    setter: api.defaultTextMapSetter,
    /** W3C trace context and baggage. */
    makePropagator: () =>
      new core.CompositePropagator({
        propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
      }),
  };
}
