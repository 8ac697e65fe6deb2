/**
 * Metrics into a real collector: every kind by protobuf. Its JSON decoder takes sums and gauges, and silently leaves out
 * exemplars' metrics, histograms and integers that are strings, as the mapping has them: the strict judge looks at those.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodings } from '../support/pipeline.mjs';
import { startRotel } from '../support/rotel.mjs';
import {
  everyMetric,
  exported,
  numberMetrics,
  SPAN_ID,
  sampleMetrics,
  TRACE_ID,
} from '../support/sample-metrics.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

const withoutExemplars = (metrics) =>
  metrics.map((metric) => ({
    ...metric,
    dataPoints: metric.dataPoints.map((point) => ({ ...point, exemplars: undefined })),
  }));

/** What both encodings bring over. */
const COMMON = [
  'service.name: Str(interop-svc)',
  'InstrumentationScope interop 1.2.3',
  'scope.kind: Str(sample)',
  'Name: requests.total',
  'Description: Requests, grüße 🚀',
  'Unit: {request}',
  'IsMonotonic: true',
  'method: Str(GET)',
  'Name: queue.depth',
  'AGGREGATION_TEMPORALITY_DELTA',
  'Value: -2.5',
  'Name: temperature',
  'room: Str(kitchen)',
  'Value: 21.5',
  'StartTimestamp: 1700000000123456789',
  'Timestamp: 1700000060987654321',
];

for (const { protocol, compression } of encodings) {
  it(`reads metrics sent as ${protocol}, compression ${compression}`, async (test) => {
    const rotel = await startRotel();
    test.after(() => rotel.stop());
    const url = `${rotel.url}/v1/metrics`;
    const exporter = new subject.otlp.OTLPMetricExporter({ protocol, compression, url });
    const isJson = protocol === 'http/json';
    const metrics = isJson ? withoutExemplars(numberMetrics()) : everyMetric();
    const { code } = await exported(exporter, sampleMetrics(subject, metrics));
    await exporter.shutdown();
    assert.equal(code, 0);
    const output = await rotel.printed(isJson ? /temperature[\s\S]*21\.5/ : /Name: ended[\s\S]*Timestamp/);
    const more = [
      ...['Value: 12', 'Value: 9007199254740992', 'Name: request.duration', 'Sum: 722', 'Name: request.size'],
      ...[TRACE_ID, SPAN_ID],
    ];
    for (const text of isJson ? COMMON : [...COMMON, ...more]) {
      assert.ok(output.includes(text), `Rotel did not print "${text}" in:\n${output}`);
    }
  });
}
