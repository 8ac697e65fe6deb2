/** The Collector's file exporter beside ours: lines of the same telemetry, of all three signals, are the same messages. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { backendProgram, eventually, startProgram } from '../support/backends.mjs';
import { freePort } from '../support/ports.mjs';
import { makeAwkwardSpan, makeSampleTrace, sampleResource } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const { api, sdk, otlp, otlpFile, resources } = loadSubject('sonde');
const SIGNALS = ['traces', 'metrics', 'logs'];
let folder;
let collector;
let url;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-collector-'));
  const [port, own] = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${port}`;
  const lines = [
    'receivers:',
    '  otlp:',
    '    protocols:',
    `      http: { endpoint: '127.0.0.1:${port}' }`,
    'exporters:',
  ];
  for (const signal of SIGNALS)
    lines.push(`  file/${signal}: { path: ${join(folder, `theirs-${signal}.jsonl`)} }`);
  lines.push('service:', '  telemetry:', '    metrics:', '      readers:');
  lines.push(
    `        - pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${own} } } }`,
    '  pipelines:',
  );
  for (const signal of SIGNALS)
    lines.push(`    ${signal}: { receivers: [otlp], exporters: [file/${signal}] }`);
  writeFileSync(join(folder, 'collector.yaml'), `${lines.join('\n')}\n`);
  const args = ['--config', join(folder, 'collector.yaml')];
  collector = await startProgram(backendProgram('collector'), args, {
    url: `http://127.0.0.1:${own}/metrics`,
  });
});
after(async () => {
  await collector?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const linesOf = (whose, signal) =>
  readFileSync(join(folder, `${whose}-${signal}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');

/** What means the same: a member with the value that it has when it is absent, and in which order attributes stand. */
function essence(value) {
  if (Array.isArray(value)) return value.map(essence);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value)
    .map(([key, inner]) => [key, essence(inner)])
    .filter(([, inner]) => !isAbsent(inner));
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isAbsent(value) {
  if (value === '' || value === 0 || value === '0' || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Makes telemetry of every signal, sent to the Collector and written by us; `encoding` is how it is sent. */
async function record(protocol) {
  const resource = resources.resourceFromAttributes(sampleResource);
  const of = (signal, Sent, Written) => [
    new Sent({ protocol, url: `${url}/v1/${signal}` }),
    new Written({ outputStream: join(folder, `ours-${signal}.jsonl`) }),
  ];
  const tracerProvider = new sdk.TracerProvider({
    resource,
    spanProcessors: of('traces', otlp.OTLPTraceExporter, otlpFile.OTLPFileTraceExporter).map(
      (exporter) => new sdk.BatchSpanProcessor({ exporter }),
    ),
  });
  const loggerProvider = new sdk.LoggerProvider({
    resource,
    processors: of('logs', otlp.OTLPLogExporter, otlpFile.OTLPFileLogExporter).map(
      (exporter) => new sdk.BatchLogRecordProcessor({ exporter }),
    ),
  });
  const [sent, written] = of('metrics', otlp.OTLPMetricExporter, otlpFile.OTLPFileMetricExporter);
  const both = {
    export: (metrics, done) => sent.export(metrics, () => written.export(metrics, done)),
    selectAggregationTemporality: (type) => sent.selectAggregationTemporality(type),
    selectAggregation: (type) => sent.selectAggregation(type),
    forceFlush: () => Promise.all([sent.forceFlush(), written.forceFlush()]),
    shutdown: () => Promise.all([sent.shutdown(), written.shutdown()]),
  };
  const meterProvider = new sdk.MeterProvider({
    resource,
    readers: [new sdk.PeriodicExportingMetricReader({ exporter: both })],
  });
  makeSampleTrace(api, tracerProvider);
  makeAwkwardSpan(tracerProvider);
  const meter = meterProvider.getMeter('interop', '1.2.3');
  meter.createCounter('counter', { unit: '1' }).add(3, { a: 'b' });
  meter.createHistogram('histogram').record(2.5);
  meter.createGauge('gauge').record(-1);
  const logger = loggerProvider.getLogger('interop', '1.2.3');
  logger.emit({ body: 'a line', severityNumber: 9, severityText: 'INFO', attributes: { n: 1 } });
  logger.emit({ body: { deep: [1, 'two', true] }, eventName: 'an.event' });
  await Promise.all([tracerProvider, meterProvider, loggerProvider].map((provider) => provider.shutdown()));
}

it('writes what we write, sent as protobuf and as JSON', async () => {
  await record('http/protobuf');
  await record('http/json');
  for (const signal of SIGNALS) {
    const theirs = await eventually(() => {
      const path = join(folder, `theirs-${signal}.jsonl`);
      const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      return lines.length > 2 ? linesOf('theirs', signal) : undefined;
    });
    const ours = linesOf('ours', signal);
    assert.equal(ours.length, theirs.length, signal);
    for (const [index, line] of ours.entries()) {
      assert.deepEqual(essence(JSON.parse(line)), essence(JSON.parse(theirs[index])), signal);
    }
  }
});

it('reads what we wrote: each line is a request that it takes whole', async () => {
  for (const signal of SIGNALS) {
    for (const body of linesOf('ours', signal)) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body });
      assert.equal(answer.status, 200, await answer.clone().text());
      assert.deepEqual(await answer.json(), { partialSuccess: {} });
    }
  }
});
