/** Metrics into Prometheus 3 by its OTLP receiver, read back through its own query API. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { backendProgram, eventually, jsonAt, startProgram } from '../support/backends.mjs';
import { freePort } from '../support/ports.mjs';
import { loadSubject } from '../support/subject.mjs';

const { sdk, otlp, resources } = loadSubject('sonde');
let folder;
let prometheus;
let url;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-prometheus-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-otlp-receiver',
  ];
  prometheus = await startProgram(backendProgram('prometheus'), args, { url: `${url}/-/ready` });
});
after(async () => {
  await prometheus?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The one series that a query finds. */
async function series(query) {
  return await eventually(async () => {
    const answer = await jsonAt(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    return answer?.data.result[0];
  });
}

it('has counters, gauges and both kinds of histograms', async () => {
  const exporter = new otlp.OTLPMetricExporter({ url: `${url}/api/v1/otlp/v1/metrics` });
  const exponential = { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM };
  const provider = new sdk.MeterProvider({
    resource: resources.resourceFromAttributes({
      'service.name': 'interop-svc',
      'service.instance.id': 'one',
    }),
    readers: [new sdk.PeriodicExportingMetricReader({ exporter })],
    views: [{ instrumentName: 'sizes', aggregation: exponential }],
  });
  const meter = provider.getMeter('interop', '1.2.3');
  meter.createCounter('requests', { unit: '1' }).add(7, { route: '/a' });
  meter.createUpDownCounter('open').add(-2);
  meter.createGauge('load').record(0.25);
  const durations = meter.createHistogram('durations', { unit: 's' });
  const sizes = meter.createHistogram('sizes', { unit: 'By' });
  for (const value of [1, 20, 300]) for (const histogram of [durations, sizes]) histogram.record(value);
  await provider.shutdown();
  const requests = await series('requests_total');
  assert.deepEqual(
    [requests.metric.route, requests.metric.job, requests.value[1]],
    ['/a', 'interop-svc', '7'],
  );
  assert.equal((await series('open')).value[1], '-2');
  assert.equal((await series('{__name__=~"load(_ratio)?"}')).value[1], '0.25');
  assert.equal((await series('durations_seconds_count')).value[1], '3');
  assert.equal((await series('durations_seconds_sum')).value[1], '321');
  assert.equal(
    (await series('durations_seconds_bucket{le="25.0"} or durations_seconds_bucket{le="25"}')).value[1],
    '2',
  );
  assert.equal((await series('histogram_count(sizes_bytes)')).value[1], '3');
  assert.equal((await series('histogram_sum(sizes_bytes)')).value[1], '321');
});
