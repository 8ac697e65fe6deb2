/** Gap 33: what the official Zipkin exporter's mapping leaves out or writes in another form. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';

export const title = 'Spans for Zipkin';

/** The one span that arrives when `record` has made it. */
async function arrived({ sdk, zipkin }, record, scope = ['library', '1.0.0']) {
  const receiver = await startCapture((response) => response.writeHead(202).end());
  const exporter = new zipkin.ZipkinExporter({ url: `${receiver.url}/api/v2/spans` });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  record(provider.getTracer(...scope));
  await provider.forceFlush();
  await provider.shutdown();
  receiver.close();
  return JSON.parse(receiver.requests[0].body)[0];
}

const CLIENT = 2;

export const checks = {
  'a caller names its remote endpoint, by the ranking': async (subject) => {
    const { remoteEndpoint } = await arrived(subject, (tracer) => {
      const attributes = { 'server.address': 'orders', 'network.peer.address': '10.0.0.1' };
      tracer.startSpan('call', { kind: CLIENT, attributes }).end();
    });
    assert.deepEqual(remoteEndpoint, { serviceName: 'orders' });
  },
  'the attributes of an event are in its annotation': async (subject) => {
    const { annotations } = await arrived(subject, (tracer) => {
      tracer.startSpan('s').addEvent('my-event', { key1: 'value1' }).end();
    });
    assert.match(annotations[0].value, /^"my-event": ?\{ ?"key1" ?: ?"value1" ?\}$/);
  },
  'an array is a JSON list': async (subject) => {
    const { tags } = await arrived(subject, (tracer) => {
      tracer.startSpan('s', { attributes: { list: ['a', 'b'] } }).end();
    });
    assert.equal(tags.list, '["a","b"]');
  },
  'a timestamp is a whole number of microseconds': async (subject) => {
    const { timestamp } = await arrived(subject, (tracer) => {
      tracer.startSpan('s', { startTime: [1_700_000_000, 123_456_789] }).end();
    });
    assert.equal(timestamp, 1_700_000_000_123_456);
  },
  'a failed span without a description has an empty `error`': async (subject) => {
    const { tags } = await arrived(subject, (tracer) => {
      tracer.startSpan('s').setStatus({ code: 2 }).end();
    });
    assert.equal(tags.error, '');
  },
  'the scope is in tags': async (subject) => {
    const { tags } = await arrived(subject, (tracer) => tracer.startSpan('s').end());
    assert.equal(tags['otel.scope.name'], 'library');
    assert.equal(tags['otel.library.version'], '1.0.0');
  },
};
