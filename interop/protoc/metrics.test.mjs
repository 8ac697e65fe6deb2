/** Bodies of metrics through `protoc --decode`: every byte belongs to a field that the message has. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { decodeMetricsRequest } from '../support/protoc.mjs';
import { exported, sampleMetrics } from '../support/sample-metrics.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

it('a collection has the fields it was given', async (test) => {
  const receiver = await startCapture();
  test.after(() => receiver.close());
  const url = `${receiver.url}/v1/metrics`;
  const exporter = new subject.otlp.OTLPMetricExporter({ protocol: 'http/protobuf', url });
  const { code } = await exported(exporter, sampleMetrics(subject));
  await exporter.shutdown();
  assert.equal(code, 0);
  assert.equal(receiver.requests.length, 1);
  const text = decodeMetricsRequest(receiver.requests[0].body);
  const compact = text.replace(/\s+/g, ' ');
  for (const part of [
    'schema_url: "https://scope/1"',
    'key: "scope.kind"',
    'name: "requests.total" description: "Requests, gr\\303\\274\\303\\237e \\360\\237\\232\\200" unit: "{request}"',
    'is_monotonic: true',
    'aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA',
    'start_time_unix_nano: 1700000000123456789 time_unix_nano: 1700000060987654321',
    'as_int: 12',
    'as_int: 9007199254740992',
    'as_double: -2.5',
    'as_double: nan',
    'as_double: inf',
    'as_double: -inf',
    'count: 4 sum: 722 bucket_counts: 1 bucket_counts: 1 bucket_counts: 1 bucket_counts: 1 explicit_bounds: 5',
    'min: 3 max: 700',
    'scale: -1 zero_count: 3',
    'positive { offset: -3 bucket_counts: 2 bucket_counts: 0 bucket_counts: 1 }',
    'negative { offset: 2 bucket_counts: 1 }',
    'min: -1.5 max: 7 zero_threshold: 0.25',
    'flags: 1',
  ]) {
    assert.ok(compact.includes(part), `${part} is missing in:\n${text}`);
  }
  assert.equal(
    compact.match(/exemplars \{ time_unix_nano: 1700000030000000009 .*?trace_id: .*?filtered_attributes/g)
      ?.length,
    3,
  );
});
