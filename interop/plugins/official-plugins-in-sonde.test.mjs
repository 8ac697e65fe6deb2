/** Processors, exporters, samplers, id generators and propagators written for the official SDK, inside ours. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { officialLines } from '../support/official.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { makeSampleTrace, sampleResource } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');
const { api, sdk, otlp, propagators, resources } = subject;

function providerWith(...spanProcessors) {
  return new sdk.TracerProvider({
    resource: resources.resourceFromAttributes(sampleResource),
    spanProcessors,
  });
}

/** Runs `work` while what is written to the console is kept instead of printed. */
async function consoleOutput(work) {
  const dir = console.dir;
  const printed = [];
  console.dir = (value) => printed.push(value);
  try {
    await work();
  } finally {
    console.dir = dir;
  }
  return printed;
}

for (const [line, official] of Object.entries(officialLines)) {
  it(`${line}: the batch processor and OTLP exporter send what our own send`, async (test) => {
    const theirs = await startCapture();
    const ours = await startCapture();
    test.after(() => {
      theirs.close();
      ours.close();
    });
    const Exporter = official.exporters['http/protobuf'];
    const provider = providerWith(
      official.batch(new Exporter({ url: `${theirs.url}/v1/traces` })),
      new sdk.BatchSpanProcessor({ exporter: new otlp.OTLPTraceExporter({ url: `${ours.url}/v1/traces` }) }),
    );
    makeSampleTrace(api, provider);
    await provider.shutdown();
    const [their, our] = [theirs, ours].map(({ requests }) => decodeTraceRequest(requests[0].body));
    assert.equal(their, our);
  });

  it(`${line}: the JSON exporter behind the simple processor takes our spans one by one`, async (test) => {
    const receiver = await startCapture();
    test.after(() => receiver.close());
    const Exporter = official.exporters['http/json'];
    const provider = providerWith(official.simple(new Exporter({ url: `${receiver.url}/v1/traces` })));
    makeSampleTrace(api, provider);
    await provider.forceFlush();
    await provider.shutdown();
    const names = receiver.requests.flatMap(({ body }) =>
      JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
      ),
    );
    assert.deepEqual(names.sort(), ['call-database', 'handle-request']);
  });

  it(`${line}: the console and the in-memory exporter print and keep our spans`, async () => {
    const memory = new official.traces.InMemorySpanExporter();
    const printed = await consoleOutput(async () => {
      const provider = providerWith(
        official.simple(new official.traces.ConsoleSpanExporter()),
        official.simple(memory),
      );
      makeSampleTrace(api, provider);
      await provider.forceFlush();
    });
    const [client, server] = memory.getFinishedSpans();
    assert.deepEqual(
      printed.map(({ name }) => name),
      ['call-database', 'handle-request'],
    );
    assert.equal(printed[0].traceId, server.spanContext().traceId);
    assert.equal(client.parentSpanContext.spanId, server.spanContext().spanId);
    assert.equal(client.attributes['db.system.name'], 'postgresql');
    assert.deepEqual(server.duration.map(Number.isInteger), [true, true]);
  });

  it(`${line}: our batch processor feeds its OTLP exporter`, async (test) => {
    const receiver = await startCapture();
    test.after(() => receiver.close());
    const exporter = new official.exporters['http/json']({ url: `${receiver.url}/v1/traces` });
    const provider = providerWith(new sdk.BatchSpanProcessor({ exporter }));
    makeSampleTrace(api, provider);
    await provider.shutdown();
    const [{ scopeSpans, resource }] = JSON.parse(receiver.requests[0].body).resourceSpans;
    assert.equal(scopeSpans[0].spans.length, 2);
    assert.deepEqual(resource.attributes[0], { key: 'service.name', value: { stringValue: 'interop-svc' } });
  });

  it(`${line}: its samplers and its id generator decide for our tracer`, () => {
    const { traces } = official;
    const sampled = (root) => {
      const provider = new sdk.TracerProvider({
        sampler: new traces.ParentBasedSampler({ root }),
        idGenerator: new traces.RandomIdGenerator(),
      });
      return provider.getTracer('interop').startSpan('root');
    };
    assert.equal(sampled(new traces.AlwaysOffSampler()).isRecording(), false);
    assert.equal(sampled(new traces.AlwaysOnSampler()).isRecording(), true);
    assert.equal(sampled(new traces.TraceIdRatioBasedSampler(0)).isRecording(), false);
    const ratio = Array.from({ length: 400 }, () => sampled(new traces.TraceIdRatioBasedSampler(0.5)));
    const share = ratio.filter((span) => span.isRecording()).length / ratio.length;
    assert.ok(share > 0.3 && share < 0.7, `half of the spans are sampled, not ${share}`);
    assert.match(ratio[0].spanContext().traceId, /^[0-9a-f]{32}$/);
  });

  it(`${line}: its propagators and ours read what the other wrote`, () => {
    const provider = providerWith();
    const context = api.trace.setSpan(api.ROOT_CONTEXT, provider.getTracer('interop').startSpan('span'));
    const baggage = api.propagation.createBaggage({ tier: { value: 'gold & co' } });
    const full = api.propagation.setBaggage(context, baggage);
    const pair = ({ W3CTraceContextPropagator, W3CBaggagePropagator, CompositePropagator }) =>
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
    const ours = pair(propagators);
    const theirs = pair(official.core);
    for (const [writer, reader] of [
      [ours, theirs],
      [theirs, ours],
    ]) {
      const carrier = {};
      writer.inject(full, carrier, official.api.defaultTextMapSetter);
      const read = reader.extract(official.api.ROOT_CONTEXT, carrier, official.api.defaultTextMapGetter);
      const { traceId, spanId } = api.trace.getSpanContext(read);
      const { traceId: wantedTrace, spanId: wantedSpan } = api.trace.getSpanContext(full);
      assert.deepEqual([traceId, spanId], [wantedTrace, wantedSpan]);
      assert.equal(api.propagation.getBaggage(read).getEntry('tier').value, 'gold & co');
      assert.equal(official.api.propagation.getBaggage(read).getEntry('tier').value, 'gold & co');
    }
  });
}
