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
};
