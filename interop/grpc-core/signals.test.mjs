/** All signals into a server on gRPC's C core, which catches framing faults that a server in JavaScript forgives. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, it } from 'node:test';
import { makeCertificates } from '../support/certificates.mjs';
import { generateModules, startGrpcCore } from '../support/grpc-core.mjs';
import { freePort } from '../support/ports.mjs';
import { sendSignals } from '../support/signals.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');
const modules = generateModules();
const certificates = await makeCertificates();
const said = [];
subject.sdk.setGlobalErrorHandler((error) => said.push(error.message));

after(() => {
  modules.remove();
  certificates.remove();
});

async function receiver(test, options) {
  const started = await startGrpcCore(modules, options);
  test.after(() => started.stop());
  return started;
}

function byService(calls) {
  return Object.fromEntries(calls.map(({ service, request }) => [service.split('.')[0], request]));
}

function assertSignals(calls) {
  const { trace, metrics, logs } = byService(calls);
  assert.equal(calls.length, 3);
  assert.ok(calls.every(({ unknown }) => unknown === false));
  const [service] = trace.resourceSpans[0].resource.attributes.filter(({ key }) => key === 'service.name');
  assert.deepEqual(service.value, { stringValue: 'interop-signals' });
  const [span] = trace.resourceSpans[0].scopeSpans[0].spans;
  assert.equal(span.name, 'a span');
  assert.deepEqual(span.attributes, [{ key: 'text', value: { stringValue: 'grüße, 世界 🚀' } }]);
  const [counter, histogram] = metrics.resourceMetrics[0].scopeMetrics[0].metrics;
  assert.equal(counter.name, 'a.counter');
  assert.equal(String(counter.sum.dataPoints[0].asInt ?? counter.sum.dataPoints[0].asDouble), '5');
  assert.equal(histogram.histogram.dataPoints[0].sum, 7.5);
  const [record] = logs.resourceLogs[0].scopeLogs[0].logRecords;
  assert.deepEqual(record.body, { stringValue: 'a record' });
  assert.equal(record.severityText, 'WARN');
}

for (const compression of ['none', 'gzip']) {
  it(`takes every signal, compression ${compression}`, async (test) => {
    const { port, received } = await receiver(test);
    const headers = { 'x-key': 'value' };
    await sendSignals(subject, { protocol: 'grpc', url: `http://localhost:${port}`, compression, headers });
    const calls = await received(3);
    assertSignals(calls);
    for (const { metadata, deadline } of calls) {
      assert.equal(metadata['x-key'], 'value');
      assert.match(metadata['user-agent'], /^OTel-OTLP-Exporter-JavaScript\//);
      assert.ok(deadline > 5 && deadline <= 10.1, `${deadline} s`);
    }
  });
}

it('takes every signal by TLS, the authority from the environment', async (test) => {
  const { port, received } = await receiver(test, { tls: certificates.server });
  process.env.OTEL_EXPORTER_OTLP_CERTIFICATE = certificates.ca;
  test.after(() => delete process.env.OTEL_EXPORTER_OTLP_CERTIFICATE);
  await sendSignals(subject, { protocol: 'grpc', url: `https://localhost:${port}` });
  assertSignals(await received(3));
});

it('takes every signal by mTLS and sees the name of the client', async (test) => {
  const tls = { ...certificates.server, clientCa: certificates.ca };
  const { port, received } = await receiver(test, { tls });
  const { cert: certFile, key: keyFile } = certificates.client;
  const options = {
    protocol: 'grpc',
    url: `localhost:${port}`,
    tls: { caFile: certificates.ca, certFile, keyFile },
  };
  await sendSignals(subject, options);
  const calls = await received(3);
  assertSignals(calls);
  assert.deepEqual(
    calls.map(({ peer }) => peer),
    [['client'], ['client'], ['client']],
  );
});

it('is asked again after UNAVAILABLE, no earlier than RetryInfo says', async (test) => {
  const { port, received } = await receiver(test);
  const started = performance.now();
  await sendSignals(subject, {
    protocol: 'grpc',
    url: `http://localhost:${port}`,
    headers: { 'x-answer': 'busy-once' },
  });
  const calls = await received(6);
  assert.equal(calls.length, 6);
  assert.ok(performance.now() - started >= 295);
});

it('says what it refused of a batch, which is not sent again', async (test) => {
  said.length = 0;
  const { port, received } = await receiver(test);
  const url = `http://localhost:${port}`;
  await sendSignals(subject, { protocol: 'grpc', url, headers: { 'x-answer': 'partial' } }).catch(
    () => undefined,
  );
  assert.equal((await received(3)).length, 3);
  assert.ok(
    said.some((line) => line.includes('one too many')),
    said.join('\n'),
  );
});

it('refuses a message over its own limit once, and that is said', async (test) => {
  said.length = 0;
  const { port, calls } = await receiver(test);
  const { sdk, otlp } = subject;
  const exporter = new otlp.OTLPTraceExporter({ protocol: 'grpc', url: `http://localhost:${port}` });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  const text = 'x'.repeat(1024 * 1024);
  for (let index = 0; index < 5; index++)
    provider.getTracer('t').startSpan('large', { attributes: { text } }).end();
  await provider.shutdown().catch(() => undefined);
  assert.equal(calls.length, 0);
  assert.ok(
    said.some((line) => /RESOURCE_EXHAUSTED.*larger than max.*maxRequestBytes/.test(line)),
    said.join('\n'),
  );
});

it('gets what was recorded while it was away', async (test) => {
  const port = await freePort();
  const first = await receiver(test, { port });
  const { sdk, otlp } = subject;
  const exporter = new otlp.OTLPTraceExporter({ protocol: 'grpc', url: `http://localhost:${port}` });
  const provider = new sdk.TracerProvider({
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: 10 })],
  });
  const tracer = provider.getTracer('t');
  tracer.startSpan('before').end();
  await first.received(1);
  await first.stop();
  tracer.startSpan('while it was away').end();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const second = await receiver(test, { port });
  const [call] = await second.received(1);
  assert.equal(call.request.resourceSpans[0].scopeSpans[0].spans[0].name, 'while it was away');
  await provider.shutdown();
});

it('gets the last words of a process, by mTLS', async (test) => {
  const tls = { ...certificates.server, clientCa: certificates.ca };
  const { port, received } = await receiver(test, { tls });
  const text = `
    import { installExitHandlers, startSdk } from 'sonde/sdk';
    import { logs, metrics, trace } from 'sonde';
    installExitHandlers({ timeoutMillis: 15_000 });
    startSdk();
    metrics.getMeter('t').createCounter('a.last.counter').add(3);
    metrics.getMeter('t').createObservableGauge('a.last.gauge').addCallback((result) => result.observe(7));
    trace.getTracer('t').startSpan('a last span').end();
    logs.getLogger('t').emit({ body: 'a last record' });
    process.exit(0);
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    // A package finds itself by its name: the child loads what an application would.
    cwd: new URL('../../packages/sonde/', import.meta.url),
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `localhost:${port}`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificates.ca,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificates.client.cert,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: certificates.client.key,
    },
  });
  assert.deepEqual([status, stderr], [0, '']);
  const { trace, metrics, logs } = byService(await received(3));
  const { scopeMetrics } = metrics.resourceMetrics[0];
  const mine = scopeMetrics.find(({ scope }) => scope.name === 't');
  assert.deepEqual(mine?.metrics.map(({ name }) => name).sort(), ['a.last.counter', 'a.last.gauge']);
  assert.equal(trace.resourceSpans[0].scopeSpans[0].spans[0].name, 'a last span');
  assert.deepEqual(logs.resourceLogs[0].scopeLogs[0].logRecords[0].body, { stringValue: 'a last record' });
});
