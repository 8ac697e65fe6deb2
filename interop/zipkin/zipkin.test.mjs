/** What goes to Zipkin against the published schema of its v2 API. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { startCapture } from '../support/capture.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');
const schema = JSON.parse(readFileSync(new URL('zipkin2-api.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({
  allErrors: true,
  formats: { ipv4: /^(\d{1,3}\.){3}\d{1,3}$/, ipv6: /^[0-9a-fA-F:.]+$/ },
}).compile(schema);

function makeEndpoints(provider) {
  const tracer = provider.getTracer('endpoints');
  const peers = ['10.0.0.1', '::1', '/run/socket', 'name', '', 7];
  for (const [index, address] of peers.entries()) {
    const attributes = { 'network.peer.address': address, 'network.peer.port': index };
    tracer.startSpan('', { kind: 2, attributes }).end();
    tracer.startSpan('s', { kind: 3, attributes, startTime: [1_700_000_000, 1] }).end([1_700_000_000, 2]);
  }
}

const samples = {
  'a trace': (provider) => makeSampleTrace(subject.api, provider),
  'awkward values': makeAwkwardSpan,
  'remote endpoints': makeEndpoints,
};

for (const [name, make] of Object.entries(samples)) {
  it(`${name}: valid by the schema`, async (test) => {
    const receiver = await startCapture((response) => response.writeHead(202).end());
    test.after(() => receiver.close());
    const provider = providerFor(
      subject,
      new subject.zipkin.ZipkinExporter({ url: `${receiver.url}/api/v2/spans` }),
    );
    make(provider);
    await provider.shutdown();
    const spans = receiver.requests.flatMap(({ body }) => JSON.parse(body.toString('utf8')));
    assert.ok(spans.length > 0);
    assert.ok(validate(spans), JSON.stringify(validate.errors, null, 1));
  });
}

it('the judge refuses what is wrong', () => {
  const good = { traceId: `${'0'.repeat(31)}1`, id: `${'0'.repeat(15)}1`, timestamp: 1, duration: 1 };
  assert.ok(validate([good]));
  for (const wrong of [
    { timestamp: 1.5 },
    { duration: 0 },
    { tags: { a: 1 } },
    { kind: 'INTERNAL' },
    { id: 'x' },
  ]) {
    assert.ok(!validate([{ ...good, ...wrong }]), JSON.stringify(wrong));
  }
});
