/** A trace in a real Zipkin server, read back through its own query API. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { backendProgram, eventually, jsonAt, startProgram } from '../support/backends.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { freePort } from '../support/ports.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');
let zipkin;
let url;

before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = { QUERY_PORT: String(port), STORAGE_TYPE: 'mem' };
  const args = ['-Xmx256m', '-jar', backendProgram('zipkin')];
  zipkin = await startProgram('java', args, { env, url: `${url}/health` });
});
after(() => zipkin?.stop());

for (const compression of ['none', 'gzip']) {
  it(`has every field of a trace, compression ${compression}`, async () => {
    const exporter = new subject.zipkin.ZipkinExporter({ url: `${url}/api/v2/spans`, compression });
    const provider = providerFor(subject, exporter);
    const { server, client } = makeSampleTrace(subject.api, provider);
    await provider.shutdown();
    const spans = await eventually(() => jsonAt(`${url}/api/v2/trace/${server.traceId}`));
    const [called, handled] = [client, server].map(({ spanId }) => spans.find(({ id }) => id === spanId));
    assert.equal(called.parentId, server.spanId);
    assert.equal(handled.parentId, undefined);
    assert.deepEqual([called.kind, handled.kind], ['CLIENT', 'SERVER']);
    assert.deepEqual(handled.localEndpoint, { serviceName: 'interop-svc' });
    assert.ok(handled.duration >= called.duration);
    assert.equal(handled.tags.text, 'grüße, 世界 🚀');
    assert.equal(handled.tags.texts, '["a","b"]');
    assert.equal(handled.tags.large, '9007199254740991');
    assert.equal(handled.tags['otel.status_code'], 'OK');
    assert.equal(called.tags.error, 'query failed');
    assert.equal(handled.annotations[0].value, '"cache.lookup": {"cache.hit":false}');
    assert.match(called.annotations[0].value, /^"exception": \{"exception\.type":"RangeError"/);
  });
}

it('takes awkward values and draws a dependency to who was called', async () => {
  const provider = providerFor(
    subject,
    new subject.zipkin.ZipkinExporter({ url: `${url}/api/v2/spans`, serviceName: 'caller' }),
  );
  makeAwkwardSpan(provider);
  const attributes = { 'server.address': 'callee', 'network.peer.address': '10.0.0.9' };
  provider.getTracer('t').startSpan('call', { kind: 2, attributes }).end();
  await provider.shutdown();
  const find = (name) => jsonAt(`${url}/api/v2/traces?serviceName=caller&spanName=${name}`);
  const [[values]] = await eventually(async () => {
    const traces = await find('values');
    return traces?.length > 0 ? traces : undefined;
  });
  assert.equal(values.tags['largest.integer'], '9223372036854775807');
  assert.equal(values.tags.nan, 'NaN');
  assert.equal(values.tags.bytes, 'AH+A/w==');
  const [[call]] = await find('call');
  assert.deepEqual(call.remoteEndpoint, { serviceName: 'callee' });
  const links = await jsonAt(`${url}/api/v2/dependencies?endTs=${Date.now() + 60_000}&lookback=600000`);
  assert.deepEqual(
    links.map(({ parent, child }) => `${parent} -> ${child}`),
    ['caller -> callee'],
  );
});
