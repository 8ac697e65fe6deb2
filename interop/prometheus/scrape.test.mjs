/** A real Prometheus scrapes a real exporter: by protobuf with native histograms, by OpenMetrics, by text. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startPrometheus } from '../support/prometheus.mjs';
import { SPAN_ID, TRACE_ID } from '../support/sample-metrics.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');
const { api, sdk, prometheus, resources } = subject;

const inSpan = () =>
  api.trace.setSpanContext(api.ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });

/** An exporter on a free port, with a service that has measured a little of everything. */
async function serve(test, options = {}) {
  const exporter = new prometheus.PrometheusExporter({ port: 0, ...options });
  const provider = new sdk.MeterProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'interop-svc' }),
    readers: [exporter],
    views: [
      { instrumentName: 'payload.size', aggregation: { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM } },
    ],
  });
  test.after(() => provider.shutdown());
  const meter = provider.getMeter('interop', '1.2.3');
  meter.createCounter('orders', { description: 'Orders' }).add(3, { 'order.kind': 'q"b\\n\n🚀' }, inSpan());
  meter.createGauge('load', { unit: '1' }).record(0.5);
  const duration = meter.createHistogram('request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 1, 10] },
  });
  duration.record(0.5, { 'http.route': '/' }, inSpan());
  duration.record(20, { 'http.route': '/' });
  const size = meter.createHistogram('payload.size', { unit: 'By' });
  for (const value of [0, 1, 3, 3, 1000]) size.record(value, {}, inSpan());
  await exporter.startServer();
  return { exporter, meter };
}

const single = async (prometheus, query) => {
  const { result } = await prometheus.until('query', { query }, (data) => data.result.length > 0);
  assert.equal(result.length, 1, `${query}: ${JSON.stringify(result)}`);
  return result[0];
};

/** What every format has to bring. */
async function assertScraped(server) {
  const { activeTargets } = await server.until(
    'targets',
    {},
    ({ activeTargets: [target] }) => target?.health === 'up',
  );
  assert.equal(activeTargets[0].lastError, '');
  const orders = await single(server, 'orders_total');
  assert.equal(orders.value[1], '3');
  assert.equal(orders.metric.order_kind, 'q"b\\n\n🚀');
  assert.equal(orders.metric.otel_scope_name, 'interop');
  assert.equal((await single(server, 'load_ratio')).value[1], '0.5');
  assert.equal((await single(server, 'target_info')).metric.service_name, 'interop-svc');
  assert.equal((await single(server, 'request_duration_seconds_count')).value[1], '2');
  assert.equal((await single(server, 'request_duration_seconds_bucket{le=~"1|1.0"}')).value[1], '1');
  const metadata = await server.until('metadata', {}, (data) => data.orders_total ?? data.orders);
  assert.equal((metadata.orders_total ?? metadata.orders)[0].type, 'counter');
}

async function assertExemplars(server, query) {
  const parameters = { query, start: String(Date.now() / 1000 - 3600), end: String(Date.now() / 1000 + 60) };
  const [series] = await server.until('query_exemplars', parameters, (data) => data.length > 0);
  const [exemplar] = series.exemplars;
  assert.equal(exemplar.labels.trace_id, TRACE_ID);
  assert.equal(exemplar.labels.span_id, SPAN_ID);
}

it('by protobuf, with exemplars and native histograms', async (test) => {
  const { exporter } = await serve(test);
  const server = await startPrometheus(exporter.port, {
    features: ['exemplar-storage', 'native-histograms'],
  });
  test.after(() => server.stop());
  await assertScraped(server);
  await assertExemplars(server, 'orders_total');
  await assertExemplars(server, 'request_duration_seconds_bucket');
  assert.equal((await single(server, 'histogram_count(payload_size_bytes)')).value[1], '5');
  assert.equal((await single(server, 'histogram_sum(payload_size_bytes)')).value[1], '1007');
  const median = Number((await single(server, 'histogram_quantile(0.6, payload_size_bytes)')).value[1]);
  assert.ok(median > 2.9 && median < 3.1, `the median is ${median}`);
});

it('by OpenMetrics, with exemplars; exponential histograms have buckets', async (test) => {
  const { exporter } = await serve(test);
  const server = await startPrometheus(exporter.port, { features: ['exemplar-storage'] });
  test.after(() => server.stop());
  await assertScraped(server);
  await assertExemplars(server, 'orders_total');
  await assertExemplars(server, 'request_duration_seconds_bucket');
  assert.equal((await single(server, 'payload_size_bytes_bucket{le="4.0"}')).value[1], '4');
});

it('by text, and keeps scraping as counters rise', async (test) => {
  const { exporter, meter } = await serve(test, { translationStrategy: 'UnderscoreEscapingWithSuffixes' });
  const server = await startPrometheus(exporter.port);
  test.after(() => server.stop());
  const counter = meter.createCounter('ticks');
  const timer = setInterval(() => counter.add(1), 50);
  test.after(() => clearInterval(timer));
  await server.until('query', { query: 'rate(ticks_total[2s]) > 5' }, (data) => data.result.length > 0);
  // A single scrape may have come too late on a busy machine.
  await server.until('query', { query: 'up == 1' }, (data) => data.result.length === 1);
});
