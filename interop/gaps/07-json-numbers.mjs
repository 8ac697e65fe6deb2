/** Gap 7: OTLP/JSON writes numbers that the protobuf mapping does not read back. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';

export const title = 'OTLP/JSON keeps numbers exact';

/** The value of one attribute as it stands in the JSON that was sent. */
async function sentValue({ sdk, otlp }, value) {
  const receiver = await startCapture();
  const exporter = new otlp.OTLPTraceExporter({ protocol: 'http/json', url: `${receiver.url}/v1/traces` });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  const span = provider.getTracer('gaps').startSpan('numbers');
  span.setAttribute('number', value);
  span.end();
  await provider.shutdown();
  receiver.close();
  const [{ scopeSpans }] = JSON.parse(receiver.requests[0].body).resourceSpans;
  return scopeSpans[0].spans[0].attributes[0].value;
}

/** The one point of this name as it stands in the JSON that was sent. */
async function sentPoint({ sdk, otlp }, kind, measure) {
  const receiver = await startCapture();
  const exporter = new otlp.OTLPMetricExporter({ protocol: 'http/json', url: `${receiver.url}/v1/metrics` });
  const reader = new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new sdk.MeterProvider({ readers: [reader] });
  measure(provider.getMeter('gaps'));
  await provider.forceFlush();
  const [{ scopeMetrics }] = JSON.parse(receiver.requests[0].body).resourceMetrics;
  await provider.shutdown();
  receiver.close();
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  return metrics.find(({ name }) => name === 'number')[kind].dataPoints[0];
}

export const checks = {
  'a 64-bit integer is a decimal string': async (subject) => {
    assert.deepEqual(await sentValue(subject, 42), { intValue: '42' });
  },
  'NaN is the string "NaN"': async (subject) => {
    assert.deepEqual(await sentValue(subject, Number.NaN), { doubleValue: 'NaN' });
  },
  'Infinity is the string "Infinity"': async (subject) => {
    assert.deepEqual(await sentValue(subject, Number.POSITIVE_INFINITY), { doubleValue: 'Infinity' });
  },
  '1e300 is a double, not an integer': async (subject) => {
    assert.deepEqual(await sentValue(subject, 1e300), { doubleValue: 1e300 });
  },
  'counts of a histogram are decimal strings': async (subject) => {
    const advice = { explicitBucketBoundaries: [1] };
    const point = await sentPoint(subject, 'histogram', (meter) =>
      meter.createHistogram('number', { advice }).record(5),
    );
    assert.deepEqual([point.count, point.bucketCounts], ['1', ['0', '1']]);
  },
  'an integer of a counter is a decimal string': async (subject) => {
    const point = await sentPoint(subject, 'sum', (meter) =>
      meter.createCounter('number', { valueType: 0 }).add(7),
    );
    assert.equal(point.asInt, '7');
  },
  'NaN of a gauge is the string "NaN"': async (subject) => {
    const point = await sentPoint(subject, 'gauge', (meter) =>
      meter.createObservableGauge('number').addCallback((result) => result.observe(Number.NaN)),
    );
    assert.equal(point.asDouble, 'NaN');
  },
};
