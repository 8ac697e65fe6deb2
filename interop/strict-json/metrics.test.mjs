/** Metrics before the strict judge of OTLP/JSON: every kind, and what it says there is what protobuf says. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { decodeMetricsRequest } from '../support/protoc.mjs';
import { exported, sampleMetrics } from '../support/sample-metrics.mjs';
import { metricsRequestFromJson } from '../support/strict-json.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

/** The request, as protoc prints it. */
async function printed(test, protocol) {
  const receiver = await startCapture();
  test.after(() => receiver.close());
  const exporter = new subject.otlp.OTLPMetricExporter({ protocol, url: `${receiver.url}/v1/metrics` });
  await exported(exporter, sampleMetrics(subject));
  await exporter.shutdown();
  const { body } = receiver.requests[0];
  return decodeMetricsRequest(
    protocol === 'http/json' ? metricsRequestFromJson(body.toString('utf8')) : body,
  );
}

it('every kind of point means the same as JSON and as protobuf', async (test) => {
  const json = await printed(test, 'http/json');
  assert.equal(json, await printed(test, 'http/protobuf'));
  assert.match(json, /exponential_histogram/);
});
