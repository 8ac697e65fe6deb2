/**
 * Sonde as an application gets it: the joined files that package.json gives to Node. What has no public name, encoding
 * without sending, has to be of the same files (spans of one copy are foreign to the encoder of another), so the joining
 * is done once more for bench/dist, by the same function, with two inner modules as further entries.
 */
import { resourceAttributes } from '../harness/workload.mjs';
import { entry, inside } from './sonde-joined.mjs';

const [api, sdk, otlp, prometheus, propagators, resources] = await Promise.all(
  ['index', 'sdk', 'otlp', 'prometheus', 'propagators', 'resources'].map(entry),
);
const inner = await inside();
const { tracesProtobuf, logsProtobuf, metricsProtobuf, sliceRuns, DIRECT_EXPORT, giveBackBytes } = inner;

const nowhere = {
  onStart() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/**
 * Encodes to the pieces that are written to the socket, and gives their memory back as the exporter does once they are
 * acknowledged. Returns their length.
 */
function encodeAll(records, count, codec = tracesProtobuf) {
  let length = 0;
  for (const batch of codec.encode(records, count)) {
    for (const piece of codec.complete(batch)) {
      length += piece.length;
      giveBackBytes(piece);
    }
  }
  return length;
}

/** An exporter of ours whose network is nothing: it encodes what it takes over and throws the bytes away. */
class BytesExporter {
  #codec;

  constructor(codec) {
    this.#codec = codec;
  }

  get [DIRECT_EXPORT]() {
    const codec = this.#codec;
    return {
      take(records, count, ledger) {
        encodeAll(records, count, codec);
        ledger.acknowledge(count);
      },
      drain: () => Promise.resolve(),
    };
  }

  export(records, done) {
    encodeAll(records, records.length, this.#codec);
    done({ code: 0 });
  }

  forceFlush() {
    return Promise.resolve();
  }

  shutdown() {
    return Promise.resolve();
  }
}

/** As one of somebody else's, for what is measured without encoding. */
const nullLogExporter = {
  export(_records, done) {
    done({ code: 0 });
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

const zipkinMapping = {
  serviceName: undefined,
  statusCodeTagName: 'otel.status_code',
  statusErrorTagName: 'error',
};

/** A function from spans to the length of their message. */
function encoder(codec) {
  return (spans) => encodeAll(spans, spans.length, codec);
}

export const contender = {
  zipkinEncoder: () => encoder(inner.zipkinCodec(zipkinMapping)),
  thriftEncoder() {
    const framing = {
      writer: new inner.ThriftBinaryWriter(),
      isCall: false,
      maxBytes: Number.POSITIVE_INFINITY,
    };
    return encoder(inner.thriftCodec({ serviceName: undefined, tags: [] }, framing));
  },
  startProgram: 'sonde-start.mjs',
  registerFlags: ['--import', 'sonde/register'],
  makeProvider({ sampled = true, processors = [nowhere] } = {}) {
    const root = sampled ? new sdk.AlwaysOnSampler() : new sdk.AlwaysOffSampler();
    return new sdk.TracerProvider({
      resource: resources.resourceFromAttributes(resourceAttributes),
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: processors,
    });
  },
  batch: (exporter) => new sdk.BatchSpanProcessor({ exporter }),
  batchToBytes: () => new sdk.BatchSpanProcessor({ exporter: new BytesExporter(tracesProtobuf) }),
  makeLogs: ({ toBytes }) =>
    new sdk.LoggerProvider({
      resource: resources.resourceFromAttributes(resourceAttributes),
      processors: [
        new sdk.BatchLogRecordProcessor({
          exporter: toBytes ? new BytesExporter(logsProtobuf) : nullLogExporter,
        }),
      ],
    }),
  /** A provider with a processor, whose loggers are switched off. */
  makeNoLogs: () =>
    new sdk.LoggerProvider({
      processors: [new sdk.BatchLogRecordProcessor({ exporter: nullLogExporter })],
      loggerConfigurator: () => ({ enabled: false }),
    }),
  exporterTo: (url) => new otlp.OTLPTraceExporter({ url }),
  grpcStartProgram: 'sonde-grpc-start.mjs',
  grpcExporterTo: (url) => new otlp.OTLPTraceExporter({ protocol: 'grpc', url }),
  /** All spans as one request, in the pieces that the transport writes: they are never joined. */
  encode: (spans) => ({ length: encodeAll(spans, spans.length) }),
  makeMetrics({ views = [], limit = 2000, exemplarFilter = undefined } = {}) {
    const reader = new sdk.ManualMetricReader({ cardinalitySelector: () => limit });
    const resource = resources.resourceFromAttributes(resourceAttributes);
    const provider = new sdk.MeterProvider({ resource, readers: [reader], views, exemplarFilter });
    return { meter: provider.getMeter('bench', '1.0.0'), collect: () => reader.collect() };
  },
  makeMeter(options) {
    return this.makeMetrics(options).meter;
  },
  makeScraped(limit) {
    const exporter = new prometheus.PrometheusExporter({
      preventServerStart: true,
      cardinalitySelector: () => limit,
    });
    const resource = resources.resourceFromAttributes(resourceAttributes);
    const provider = new sdk.MeterProvider({ resource, readers: [exporter] });
    return { exporter, meter: provider.getMeter('bench', '1.0.0') };
  },
  /** In the slices of the exporter, which makes a request of each. */
  encodeMetrics({ resourceMetrics }) {
    let length = 0;
    for (const slice of sliceRuns(resourceMetrics, 4_096)) {
      for (const batch of metricsProtobuf.encode(slice, slice.length)) {
        for (const piece of metricsProtobuf.complete(batch)) {
          length += piece.length;
          giveBackBytes(piece);
        }
      }
    }
    return { length };
  },
  inSpan(run) {
    this.installContext();
    const span = this.makeProvider().getTracer('bench', '1.0.0').startSpan('GET /api/v2/orders/{id}');
    return api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, span), run);
  },
  installContext: () => new sdk.TracerProvider().register(),
  rootContext: api.ROOT_CONTEXT,
  getter: api.defaultTextMapGetter,
  setter: api.defaultTextMapSetter,
  makePropagator: () =>
    new propagators.CompositePropagator({
      propagators: [new propagators.W3CTraceContextPropagator(), new propagators.W3CBaggagePropagator()],
    }),
};
