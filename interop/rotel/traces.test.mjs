/** Traces into a real collector: protobuf and JSON, with and without gzip; what it printed is what it understood. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodings, providerFor } from '../support/pipeline.mjs';
import { startRotel } from '../support/rotel.mjs';
import { makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject(process.env.INTEROP_SUBJECT ?? 'sonde');

/** The part of Rotel's output that is about the span of this name. */
function printedSpan(output, name) {
  const span = output.split(/^Span #\d+$/m).find((part) => part.includes(`Name           : ${name}\n`));
  assert.ok(span !== undefined, `Rotel printed no span ${name}:\n${output}`);
  return span;
}

function assertPrints(text, lines) {
  for (const line of lines) assert.ok(text.includes(line), `Rotel did not print "${line}" in:\n${text}`);
}

for (const { protocol, compression } of encodings) {
  it(`reads every field of a trace sent as ${protocol}, compression ${compression}`, async (test) => {
    const rotel = await startRotel();
    test.after(() => rotel.stop());
    const exporter = new subject.otlp.OTLPTraceExporter({
      protocol,
      compression,
      url: `${rotel.url}/v1/traces`,
    });
    const provider = providerFor(subject, exporter);
    const { server, client } = makeSampleTrace(subject.api, provider);
    await provider.shutdown();

    const output = await rotel.printed(/Name {11}: handle-request[\s\S]*cache\.hit/);
    assertPrints(output, [
      'service.name: Str(interop-svc)',
      'service.version: Str(4.5.6)',
      'InstrumentationScope interop 1.2.3',
    ]);
    assertPrints(printedSpan(output, 'handle-request'), [
      `Trace ID       : ${server.traceId}`,
      'Parent ID      : \n',
      `ID             : ${server.spanId}`,
      'SPAN_KIND_SERVER',
      'STATUS_CODE_OK',
      'text: Str(grüße, 世界 🚀)',
      'empty: Str()',
      'integer: Int(42)',
      'large: Int(9007199254740991)',
      'negative: Int(-7)',
      'double: Double(2.5)',
      'yes: Bool(true)',
      'no: Bool(false)',
      'texts: Slice(Str(a), Str(b))',
      'numbers: Slice(Int(1), Int(2), Int(3))',
      'Name: cache.lookup',
      'cache.hit: Bool(false)',
    ]);
    assertPrints(printedSpan(output, 'call-database'), [
      `Trace ID       : ${client.traceId}`,
      `Parent ID      : ${server.spanId}`,
      `ID             : ${client.spanId}`,
      'SPAN_KIND_CLIENT',
      'STATUS_CODE_ERROR',
      'Status message : query failed',
      'db.system.name: Str(postgresql)',
      'Name: exception',
      'exception.type: Str(RangeError)',
      'exception.message: Str(out of range)',
      'exception.stacktrace: Str(RangeError: out of range',
    ]);
  });
}
