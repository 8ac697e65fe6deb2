/** Lines of OTLP files before the strict judge, against the protobuf of the same spans, and read by a real collector. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { startRotel } from '../support/rotel.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { traceRequestFromJson } from '../support/strict-json.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');
let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-otlp-file-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function linesOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.pop(), '');
  return lines;
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
  it(`${name}: each line is valid, and says what protobuf says`, async (test) => {
    const receiver = await startCapture();
    test.after(() => receiver.close());
    const path = join(folder, `${name}.jsonl`);
    const provider = providerFor(
      subject,
      new subject.otlpFile.OTLPFileTraceExporter({ outputStream: path }),
      new subject.otlp.OTLPTraceExporter({ url: `${receiver.url}/v1/traces` }),
    );
    make(provider);
    await provider.shutdown();
    const lines = linesOf(path);
    assert.equal(lines.length, receiver.requests.length);
    for (const [index, line] of lines.entries()) {
      assert.equal(
        withoutUnsetStatus(decodeTraceRequest(traceRequestFromJson(line))),
        withoutUnsetStatus(decodeTraceRequest(receiver.requests[index].body)),
      );
    }
  });
}

it('a collector takes each line as a request', async (test) => {
  const rotel = await startRotel();
  test.after(() => rotel.stop());
  const path = join(folder, 'read.jsonl');
  const provider = providerFor(subject, new subject.otlpFile.OTLPFileTraceExporter({ outputStream: path }));
  makeSampleTrace(subject.api, provider);
  await provider.shutdown();
  for (const body of linesOf(path)) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${rotel.url}/v1/traces`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200, await answer.text());
  }
  const output = await rotel.printed(/Name {11}: handle-request[\s\S]*cache\.hit/);
  for (const text of ['service.name: Str(interop-svc)', 'SPAN_KIND_SERVER', 'large: Int(9007199254740991)']) {
    assert.ok(output.includes(text), text);
  }
});
