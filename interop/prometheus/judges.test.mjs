/** promtool on text 0.0.4 and the reference parser on OpenMetrics: neither finds anything. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { parts } from '../support/parts.mjs';
import { SPAN_ID, TRACE_ID } from '../support/sample-metrics.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');
const { api, sdk, prometheus } = subject;

const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps([[f.name, f.type, f.unit, len(f.samples), [s.exemplar.labels for s in f.samples if s.exemplar]]
                  for f in text_string_to_metric_families(sys.stdin.read())]))`;

async function scrape(test, accept, options = {}) {
  const exporter = new prometheus.PrometheusExporter({ port: 0, ...options });
  const provider = new sdk.MeterProvider({
    readers: [exporter],
    views: [{ instrumentName: 'payload', aggregation: { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  test.after(() => provider.shutdown());
  const meter = provider.getMeter('interop', '1', { schemaUrl: 'https://scope/1' });
  const context = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
  const inSpan = api.trace.setSpanContext(api.ROOT_CONTEXT, context);
  meter
    .createCounter('orders.placed', { description: 'He said "hi" \\ \n and left', unit: '{order}' })
    .add(1, { 'a.b': '"\\\n', a_b: 2 }, inSpan);
  meter.createUpDownCounter('connections', { description: 'Open connections' }).add(-2);
  meter.createGauge('battery', { description: 'Charge', unit: '1' }).record(Number.NaN);
  const time = meter.createHistogram('wait', { description: 'Time in the queue', unit: 's' });
  for (const value of [0.001, 42, 1e7]) time.record(value, {}, inSpan);
  const payload = meter.createHistogram('payload', { description: 'Size of payloads', unit: 'By' });
  for (const value of [0, 1, 1e6]) payload.record(value);
  await exporter.startServer();
  const answer = await fetch(`http://127.0.0.1:${exporter.port}/metrics`, { headers: { accept } });
  return await answer.text();
}

it('promtool check metrics finds nothing', async (test) => {
  const text = await scrape(test, 'text/plain;version=0.0.4');
  assert.match(text, /wait_seconds_bucket/);
  const { status, stdout, stderr } = spawnSync(parts.promtool(), ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  assert.equal(`${stdout}${stderr}`, '');
  assert.equal(status, 0);
});

for (const translationStrategy of [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
]) {
  it(`the reference parser of OpenMetrics takes all of it, ${translationStrategy}`, async (test) => {
    const text = await scrape(test, 'application/openmetrics-text;version=1.0.0', { translationStrategy });
    const python = parts['python3-prometheus-client']();
    const { status, stdout, stderr } = spawnSync(python, ['-c', PARSE], { input: text, encoding: 'utf8' });
    assert.equal(status, 0, `${stderr}\n${text}`);
    const families = Object.fromEntries(JSON.parse(stdout).map(([name, ...rest]) => [name, rest]));
    const hasSuffixes = translationStrategy.includes('WithSuffixes');
    const [type, unit, , exemplars] = families[hasSuffixes ? 'wait_seconds' : 'wait'];
    assert.equal(type, 'histogram');
    assert.equal(unit, hasSuffixes ? 'seconds' : '');
    assert.ok(exemplars.some(({ trace_id: id }) => id === TRACE_ID));
    assert.equal(families['orders_placed'][0], hasSuffixes ? 'counter' : 'unknown');
    assert.equal(families['target'][0], 'info');
  });
}
