/**
 * Sonde, as built in this checkout, through its entries. What has no public name, encoding without sending, is
 * reached where the exporter itself reaches it: the traces codec behind the inside path from batcher to exporter.
 */
import { createRequire } from 'node:module';
import { resourceAttributes } from '../harness/workload.mjs';

const require = createRequire(import.meta.url);
// Of the same build as the codec: the joined files of dist/bundle hold classes of their own, and spans of one build are
// foreign to the encoder of the other.
const esm = '../../packages/sonde/dist/esm';
const entry = (name) => require(`${esm}/entry/${name}.js`);
const api = entry('index');
const sdk = entry('sdk');
const otlp = entry('otlp');
const propagators = entry('propagators');
const resources = entry('resources');
const { tracesProtobuf } = await import(`${esm}/otlp/traces/encode.js`);
const { DIRECT_EXPORT } = await import(`${esm}/sdk/pipeline/direct-export.js`);

const nowhere = {
  onStart() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** The bytes of a request, in the pieces that are written to the socket. */
function encodeAll(spans, count) {
  return tracesProtobuf.encode(spans, count).flatMap((batch) => tracesProtobuf.complete(batch));
}

/** An exporter of ours whose network is nothing: it encodes what it takes over and throws the bytes away. */
class BytesExporter {
  get [DIRECT_EXPORT]() {
    return {
      take(spans, count, ledger) {
        encodeAll(spans, count);
        ledger.acknowledge(count);
      },
      drain: () => Promise.resolve(),
    };
  }

  export(spans, done) {
    encodeAll(spans, spans.length);
    done({ code: 0 });
  }

  shutdown() {
    return Promise.resolve();
  }
}

export const contender = {
  startProgram: 'sonde-start.mjs',
  makeProvider({ sampled = true, processors = [nowhere] } = {}) {
    const root = sampled ? new sdk.AlwaysOnSampler() : new sdk.AlwaysOffSampler();
    return new sdk.TracerProvider({
      resource: resources.resourceFromAttributes(resourceAttributes),
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: processors,
    });
  },
  batch: (exporter) => new sdk.BatchSpanProcessor({ exporter }),
  batchToBytes: () => new sdk.BatchSpanProcessor({ exporter: new BytesExporter() }),
  exporterTo: (url) => new otlp.OTLPTraceExporter({ url }),
  /** All spans as one request, in the pieces that the transport writes: they are never joined. */
  encode: (spans) => ({
    length: encodeAll(spans, spans.length).reduce((sum, piece) => sum + piece.length, 0),
  }),
  installContext: () => new sdk.TracerProvider().register(),
  rootContext: api.ROOT_CONTEXT,
  getter: api.defaultTextMapGetter,
  setter: api.defaultTextMapSetter,
  makePropagator: () =>
    new propagators.CompositePropagator({
      propagators: [new propagators.W3CTraceContextPropagator(), new propagators.W3CBaggagePropagator()],
    }),
};
