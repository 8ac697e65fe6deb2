/** Bodies through `protoc --decode`: every byte belongs to a field that the message has. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

async function decoded(test, make, compression = 'none') {
  const receiver = await startCapture();
  test.after(() => receiver.close());
  const url = `${receiver.url}/v1/traces`;
  const provider = providerFor(
    subject,
    new subject.otlp.OTLPTraceExporter({ protocol: 'http/protobuf', compression, url }),
  );
  make(provider);
  await provider.shutdown();
  assert.equal(receiver.requests.length, 1);
  assert.equal(receiver.requests[0].headers['content-type'], 'application/x-protobuf');
  assert.equal(receiver.requests[0].headers['content-encoding'], compression === 'gzip' ? 'gzip' : undefined);
  return decodeTraceRequest(receiver.requests[0].body);
}

/** The value that protoc printed for the attribute of this key. */
function attribute(text, key) {
  const [, value] = text.split(`key: "${key}"`);
  assert.ok(value !== undefined, `no attribute ${key}`);
  return value
    .slice(0, value.search(/^ *(attributes|events|links|status|flags)\b/m))
    .replace(/\s+/g, ' ')
    .trim();
}

for (const compression of ['none', 'gzip']) {
  it(`a trace has the fields it was given, compression ${compression}`, async (test) => {
    const text = await decoded(test, (provider) => makeSampleTrace(subject.api, provider), compression);
    for (const line of [
      'name: "handle-request"',
      'kind: SPAN_KIND_SERVER',
      'kind: SPAN_KIND_CLIENT',
      'string_value: "interop-svc"',
      'code: STATUS_CODE_ERROR',
      'code: STATUS_CODE_OK',
      'int_value: 9007199254740991',
      'int_value: -7',
      'double_value: 2.5',
      'parent_span_id: ',
      'name: "exception"',
      'links {',
    ]) {
      assert.ok(text.includes(line), `${line} is missing in:\n${text}`);
    }
    const starts = [...text.matchAll(/start_time_unix_nano: (\d+)/g)].map(([, nanos]) => Number(nanos) / 1e6);
    const ends = [...text.matchAll(/end_time_unix_nano: (\d+)/g)].map(([, nanos]) => Number(nanos) / 1e6);
    assert.equal(starts.length, 2);
    for (const [index, start] of starts.entries()) {
      assert.ok(Math.abs(start - Date.now()) < 60_000, 'it began within the last minute');
      assert.ok(ends[index] >= start, 'it ended after it began');
    }
  });
}

it('awkward values arrive as they are', async (test) => {
  const text = await decoded(test, makeAwkwardSpan);
  assert.match(text, /scope \{[\s\S]*key: "scope\.kind"/);
  const expected = {
    nan: /double_value: nan/,
    infinity: /double_value: inf/,
    'minus.infinity': /double_value: -inf/,
    tiny: /double_value: (5|4\.9406564584124\d*)e-324/,
    huge: /double_value: 1e\+300/,
    'largest.integer': /int_value: 9223372036854775807/,
    'smallest.integer': /int_value: -9223372036854775808/,
    bytes: /bytes_value: "\\000\\177\\200\\377"/,
    map: /kvlist_value \{ .*kvlist_value \{ .*array_value \{/,
    mixed:
      /array_value \{ values \{ string_value: "text" \} values \{ int_value: 1 \} values \{ double_value: 1\.5 \}/,
    nothing: /^(value \{ \} )?\}$/,
    'half.surrogate': /string_value: "a\\357\\277\\275"/,
    ['__proto__']: /string_value: "an ordinary key"/,
    control: /string_value: "line\\nbreak\\000\\342\\200\\250"/,
  };
  for (const [key, pattern] of Object.entries(expected)) assert.match(attribute(text, key), pattern, key);
  assert.match(attribute(text, 'long'), /(\\303\\251){5000}/);
});
