/** Gap 19: what the official Prometheus exporter leaves out, and where Prometheus refuses what it writes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const title = 'Prometheus gets what it asks for';

/** What a scraper with these headers gets after `measure` has run. */
async function scraped({ sdk, prometheus }, measure, headers = {}, options = {}, views = []) {
  const exporter = new prometheus.PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    ...options,
  });
  const provider = new sdk.MeterProvider({ readers: [exporter], views });
  measure(provider.getMeter('gaps'));
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/metrics`, { headers });
  const text = await answer.text();
  server.close();
  server.closeAllConnections();
  return { headers: answer.headers, text };
}

const counter =
  (unit = '') =>
  (meter) =>
    meter.createCounter('orders', { unit }).add(1);
const OPENMETRICS = { accept: 'application/openmetrics-text;version=1.0.0' };

export const checks = {
  'the Content-Type names the version of the format': async (subject) => {
    const { headers } = await scraped(subject, counter());
    assert.match(headers.get('content-type'), /version=0\.0\.4/);
  },
  'OpenMetrics comes to who asks for it': async (subject) => {
    const { headers, text } = await scraped(subject, counter(), OPENMETRICS);
    assert.match(headers.get('content-type'), /^application\/openmetrics-text/);
    assert.match(text, /# EOF\n$/);
  },
  'an exemplar leads from a counter to its trace': async (subject) => {
    const { api } = subject;
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    const within = api.trace.setSpanContext(api.ROOT_CONTEXT, context);
    const { text } = await scraped(
      subject,
      (meter) => meter.createCounter('orders').add(1, {}, within),
      OPENMETRICS,
    );
    assert.match(text, /# \{trace_id="0af7651916cd43dd8448eb211c80319c"/);
  },
  'a unit is a word at the end of the name': async (subject) => {
    assert.match((await scraped(subject, counter('By'))).text, /^orders_bytes_total/m);
  },
  'labels of one name are one label': async (subject) => {
    const measure = (meter) => meter.createCounter('orders').add(1, { 'a.b': 1, a_b: 2 });
    assert.match((await scraped(subject, measure)).text, /\{a_b="1;2"\}/);
  },
  'NaN in an array is NaN, not null': async (subject) => {
    const measure = (meter) => meter.createCounter('orders').add(1, { list: [1, Number.NaN] });
    assert.doesNotMatch((await scraped(subject, measure)).text, /null/);
  },
  'an exponential histogram is shown': async (subject) => {
    const views = [
      { instrumentName: 'time', aggregation: { type: subject.sdk.AggregationType.EXPONENTIAL_HISTOGRAM } },
    ];
    const { text } = await scraped(
      subject,
      (meter) => meter.createHistogram('time').record(3),
      {},
      {},
      views,
    );
    assert.match(text, /^time_count.* 1$/m);
  },
  'a conflict of types leaves one of the two metrics': async (subject) => {
    const { text } = await scraped(subject, (meter) => {
      meter.createGauge('a.b').record(1);
      meter.createHistogram('a_b').record(1);
    });
    assert.match(text, /^a_b/m);
  },
  'what is sent to who takes gzip is compressed': async (subject) => {
    const { headers } = await scraped(subject, counter(), { 'accept-encoding': 'gzip' });
    assert.equal(headers.get('content-encoding'), 'gzip');
  },
  'nothing is nothing, without a comment': async (subject) => {
    const { text } = await scraped(subject, () => {}, {}, { withoutTargetInfo: true });
    assert.doesNotMatch(text, /# no registered/);
  },
};
