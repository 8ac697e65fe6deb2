/** Gap 26: values that are cut in the middle of a character, nested without bound, or integers beyond 2^53. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';
import { recordingProvider } from './tools.mjs';

export const title = 'Attribute values';

const DEPTH_LIMIT = 64;

function nested(depth) {
  let value = 'core';
  for (let level = 0; level < depth; level++) value = { inner: value };
  return value;
}

function depthOf(value) {
  let depth = 0;
  for (let rest = value; rest !== null && typeof rest === 'object'; rest = rest.inner) depth += 1;
  return depth;
}

export const checks = {
  'a cut never leaves half of a surrogate pair': (subject) => {
    const { tracer, spans } = recordingProvider(subject, { spanLimits: { attributeValueLengthLimit: 2 } });
    tracer.startSpan('span', { attributes: { text: 'a\u{1f680}b' } }).end();
    assert.equal(spans[0].attributes.text, 'a\u{1f680}');
  },
  'what is nested deeper than 64 levels is cut off': (subject) => {
    const { tracer, spans } = recordingProvider(subject);
    tracer.startSpan('span', { attributes: { deep: nested(200) } }).end();
    assert.ok(depthOf(spans[0].attributes.deep) > 0, 'the value itself is kept');
    assert.ok(depthOf(spans[0].attributes.deep) <= DEPTH_LIMIT, 'no more than 64 levels are left');
  },
  'the same for log records: a cut, and what is nested': ({ sdk }) => {
    const records = [];
    const keep = {
      onEmit: (record) => records.push(record),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const logRecordLimits = { attributeValueLengthLimit: 2 };
    const provider = new sdk.LoggerProvider({ processors: [keep], logRecordLimits });
    provider.getLogger('gaps').emit({ attributes: { text: 'a\u{1f680}b', deep: nested(200) } });
    assert.equal(records[0].attributes.text, 'a\u{1f680}');
    assert.ok(depthOf(records[0].attributes.deep) > 0, 'the value itself is kept');
    assert.ok(depthOf(records[0].attributes.deep) <= DEPTH_LIMIT, 'no more than 64 levels are left');
  },
  'a bigint is an integer on the wire, to the last digit': async ({ sdk, otlp }) => {
    const receiver = await startCapture();
    const exporter = new otlp.OTLPTraceExporter({ protocol: 'http/json', url: `${receiver.url}/v1/traces` });
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
    provider.getTracer('gaps').startSpan('span').setAttribute('count', 9_223_372_036_854_775_807n).end();
    await provider.shutdown();
    receiver.close();
    const [{ scopeSpans }] = JSON.parse(receiver.requests[0].body).resourceSpans;
    assert.deepEqual(scopeSpans[0].spans[0].attributes, [
      { key: 'count', value: { intValue: '9223372036854775807' } },
    ]);
  },
};
