/**
 * A trace in a real Jaeger, by its own protocols and by OTLP, read back through its own query API. It listens on its usual
 * ports, which have to be free.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { backendProgram, eventually, jsonAt, startProgram } from '../support/backends.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const { jaeger, otlp, ...subject } = loadSubject('sonde');
const query = 'http://127.0.0.1:16686/api/traces';
let program;

before(async () => {
  program = await startProgram(backendProgram('jaeger'), [], { url: 'http://127.0.0.1:16686/api/services' });
});
after(() => program?.stop());

const ways = {
  'Thrift over HTTP': () => new jaeger.JaegerExporter({ endpoint: 'http://127.0.0.1:14268/api/traces' }),
  gRPC: () => new jaeger.JaegerExporter({ protocol: 'grpc', endpoint: 'http://127.0.0.1:14250' }),
  'compact datagrams': () => new jaeger.JaegerExporter({ protocol: 'udp/thrift.compact', host: '127.0.0.1' }),
  'binary datagrams': () => new jaeger.JaegerExporter({ protocol: 'udp/thrift.binary', host: '127.0.0.1' }),
  'OTLP over HTTP': () => new otlp.OTLPTraceExporter({ url: 'http://127.0.0.1:4318/v1/traces' }),
  'OTLP over gRPC': () => new otlp.OTLPTraceExporter({ protocol: 'grpc', url: 'http://127.0.0.1:4317' }),
};

/** The spans of a trace by their names, with tags as an object. */
async function arrived(traceId, count) {
  const { data } = await eventually(async () => {
    const answer = await jsonAt(`${query}/${traceId}`);
    return answer?.data?.[0]?.spans.length === count ? answer : undefined;
  });
  const [{ spans, processes }] = data;
  const tagsOf = (tags) => Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  return spans.map(({ tags, logs, processID, ...span }) => ({
    ...span,
    tags: tagsOf(tags),
    types: Object.fromEntries(tags.map(({ key, type }) => [key, type])),
    logs: logs.map(({ fields, timestamp }) => ({ timestamp, ...tagsOf(fields) })),
    process: { serviceName: processes[processID].serviceName, tags: tagsOf(processes[processID].tags) },
  }));
}

for (const [way, open] of Object.entries(ways)) {
  it(`by ${way}: every field of a trace`, async () => {
    const provider = providerFor(subject, open());
    const { server, client } = makeSampleTrace(subject.api, provider);
    await provider.shutdown();
    const spans = await arrived(server.traceId, 2);
    const [called, handled] = [client, server].map(({ spanId }) =>
      spans.find(({ spanID }) => spanID === spanId),
    );
    assert.equal(handled.process.serviceName, 'interop-svc');
    assert.equal(handled.process.tags['service.version'], '4.5.6');
    assert.equal(handled.operationName, 'handle-request');
    assert.ok(
      called.references.some(({ spanID }) => spanID === server.spanId),
      JSON.stringify(called.references),
    );
    assert.deepEqual(handled.references, []);
    assert.ok(Math.abs(handled.startTime / 1000 - Date.now()) < 60_000);
    assert.ok(handled.duration >= called.duration);
    const { tags, types } = handled;
    assert.equal(tags.text, 'grüße, 世界 🚀');
    assert.deepEqual([tags.integer, types.integer], [42, 'int64']);
    assert.deepEqual([tags.negative, tags.double, types.double], [-7, 2.5, 'float64']);
    assert.deepEqual([tags.yes, types.yes, tags.no], [true, 'bool', false]);
    assert.equal(tags.texts, '["a","b"]');
    assert.equal(tags['span.kind'], 'server');
    assert.equal(tags['otel.scope.name'], 'interop');
    assert.deepEqual([called.tags['span.kind'], called.tags.error], ['client', true]);
    assert.equal(called.tags['otel.status_code'], 'ERROR');
    assert.equal(called.tags['otel.status_description'], 'query failed');
    assert.deepEqual(
      handled.logs.map(({ event, 'cache.hit': hit }) => [event, hit]),
      [['cache.lookup', false]],
    );
    const exception = called.logs.find(({ event }) => event === 'exception');
    assert.equal(exception['exception.message'], 'out of range');
  });

  if (way.startsWith('OTLP')) continue;
  it(`by ${way}: awkward values, all of which can be queried`, async () => {
    const provider = providerFor(subject, open());
    let context;
    makeAwkwardSpan({
      getTracer: (...args) => {
        const tracer = provider.getTracer(...args);
        return {
          startSpan: (name) => {
            const span = tracer.startSpan(name);
            context = span.spanContext();
            return span;
          },
        };
      },
    });
    await provider.shutdown();
    const [{ tags }] = await arrived(context.traceId, 1);
    assert.equal(tags.nan, 'NaN');
    assert.equal(tags.infinity, 'Infinity');
    assert.equal(tags.huge, 1e300);
    assert.equal(tags.mixed, '["text",1,1.5,false,null]');
    assert.equal(tags.long, 'é'.repeat(5_000));
  });
}
