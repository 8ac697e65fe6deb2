/** The encoders of the 2.x line's other exporters, where those themselves have them. */
const { toZipkinSpan } = require('@opentelemetry/exporter-zipkin/build/src/transform');
const { spanToThrift } = require('@opentelemetry/exporter-jaeger/build/src/transform');
const { HTTPSender } = require('@opentelemetry/exporter-jaeger/build/src/types');

/** The length of the message that ZipkinExporter would send. */
exports.zipkinEncoder = () => (spans) => {
  const body = JSON.stringify(spans.map((span) => toZipkinSpan(span, 'bench', 'otel.status_code', 'error')));
  return Buffer.from(body).length;
};

/** The length of the message that JaegerExporter would send over HTTP: what its sender does up to the request. */
exports.thriftEncoder = () => {
  const sender = new HTTPSender({ endpoint: 'http://localhost:14268/api/traces' });
  sender.setProcess({ serviceName: 'bench', tags: [] });
  const { Batch, Span } = sender._jaegerThrift;
  const { process } = sender._batch;
  return (spans) => {
    const batch = new Batch({ process, spans: spans.map((span) => new Span(spanToThrift(span))) });
    const { err, value } = Batch.rw.toBuffer(batch);
    if (err) throw err;
    return value.length;
  };
};
