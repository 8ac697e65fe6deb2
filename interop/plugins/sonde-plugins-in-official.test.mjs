/** Our exporters and processors inside the official SDK. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { officialLines } from '../support/official.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { makeSampleTrace, sampleResource } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const { sdk, otlp } = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

function officialProvider({ Provider, resources }, ...spanProcessors) {
  return new Provider({ resource: resources.resourceFromAttributes(sampleResource), spanProcessors });
}

for (const [line, official] of Object.entries(officialLines)) {
  it(`${line}: our OTLP exporter sends what theirs sends`, async (test) => {
    const theirs = await startCapture();
    const ours = await startCapture();
    test.after(() => {
      theirs.close();
      ours.close();
    });
    const Exporter = official.exporters['http/protobuf'];
    const provider = officialProvider(
      official,
      official.batch(new Exporter({ url: `${theirs.url}/v1/traces` })),
      official.batch(new otlp.OTLPTraceExporter({ url: `${ours.url}/v1/traces` })),
    );
    makeSampleTrace(official.api, provider);
    await provider.shutdown();
    const [their, our] = [theirs, ours].map(({ requests }) => decodeTraceRequest(requests[0].body));
    assert.equal(our, their);
  });

  it(`${line}: our batch processor takes their spans, and our JSON exporter sends them`, async (test) => {
    const receiver = await startCapture();
    test.after(() => receiver.close());
    const exporter = new otlp.OTLPTraceExporter({ protocol: 'http/json', url: `${receiver.url}/v1/traces` });
    const provider = officialProvider(official, new sdk.BatchSpanProcessor({ exporter }));
    const { client } = makeSampleTrace(official.api, provider);
    await provider.forceFlush();
    await provider.shutdown();
    const [{ scopeSpans, resource }] = JSON.parse(receiver.requests[0].body).resourceSpans;
    const [first] = scopeSpans[0].spans;
    assert.deepEqual([first.traceId, first.spanId], [client.traceId, client.spanId]);
    assert.deepEqual(first.attributes, [{ key: 'db.system.name', value: { stringValue: 'postgresql' } }]);
    assert.equal(resource.attributes[0].value.stringValue, 'interop-svc');
  });

  it(`${line}: our in-memory exporter keeps their spans`, async () => {
    const exporter = new sdk.InMemorySpanExporter();
    const provider = officialProvider(official, new sdk.SimpleSpanProcessor({ exporter }));
    makeSampleTrace(official.api, provider);
    await provider.forceFlush();
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['call-database', 'handle-request'],
    );
  });
}
