/** JSON bodies before the strict judge, and against what the protobuf encoding says of the same spans. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { traceRequestFromJson } from '../support/strict-json.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

/** The same spans in both encodings: `{ protobuf, json }`. */
async function inBothEncodings(test, make, compression) {
  const receiver = await startCapture();
  test.after(() => receiver.close());
  const url = `${receiver.url}/v1/traces`;
  const exporters = ['http/protobuf', 'http/json'].map(
    (protocol) => new subject.otlp.OTLPTraceExporter({ protocol, compression, url }),
  );
  const provider = providerFor(subject, ...exporters);
  make(provider);
  await provider.shutdown();
  const bodyOf = (type) => receiver.requests.find(({ headers }) => headers['content-type'] === type).body;
  return { protobuf: bodyOf('application/x-protobuf'), json: bodyOf('application/json').toString('utf8') };
}

/** 64-bit integers are strings in JSON; the judge takes numbers as well, so this is looked at apart. */
function assertLongsAreStrings(value, path = '$') {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'intValue' || key.endsWith('UnixNano'))
      assert.equal(typeof inner, 'string', `${path}.${key}`);
    assertLongsAreStrings(inner, `${path}.${key}`);
  }
}

/** A status without code and message means the same as none: which of the two is written is the encoder's choice. */
function withoutUnsetStatus(text) {
  return text.replace(/^ *status \{\n *\}\n/gm, '');
}

const samples = {
  'a trace': (provider) => makeSampleTrace(subject.api, provider),
  'awkward values': makeAwkwardSpan,
};

for (const [name, make] of Object.entries(samples)) {
  for (const compression of ['none', 'gzip']) {
    it(`${name}: valid, and the same message as in protobuf, compression ${compression}`, async (test) => {
      const { protobuf, json } = await inBothEncodings(test, make, compression);
      assertLongsAreStrings(JSON.parse(json));
      const [fromJson, fromProtobuf] = [traceRequestFromJson(json), protobuf].map(decodeTraceRequest);
      assert.equal(withoutUnsetStatus(fromJson), withoutUnsetStatus(fromProtobuf));
    });
  }
}
