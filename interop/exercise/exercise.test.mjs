/**
 * The exercise from the packed tarball into a real receiver, over protobuf and JSON, with and without gzip: what the
 * receiver printed is what the program printed. The same bytes then go before the strict judges.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startCapture } from '../support/capture.mjs';
import { installExample } from '../support/packed-example.mjs';
import { encodings } from '../support/pipeline.mjs';
import { decodeTraceRequest } from '../support/protoc.mjs';
import { spansIn, startRotel } from '../support/rotel.mjs';
import { traceRequestFromJson } from '../support/strict-json.mjs';

let exercise;
before(() => {
  exercise = installExample('exercise');
});
after(() => exercise.remove());

/** Runs the exercise against this receiver; the spans that its console exporter printed, by name. */
async function runAgainst(url, { protocol, compression }, metrics = 'none') {
  const output = await exercise.run('exercise.mjs', {
    OTEL_TRACES_EXPORTER: 'console,otlp',
    OTEL_METRICS_EXPORTER: metrics,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_COMPRESSION: compression,
  });
  const spans = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return Object.fromEntries(spans.map((span) => [span.name, span]));
}

/** What Rotel printed of each span, by name. */
function printedSpans(output) {
  return Object.fromEntries(spansIn(output).map((span) => [span.name, span]));
}

describe('into Rotel', () => {
  for (const encoding of encodings) {
    it(`${encoding.protocol}, compression ${encoding.compression}`, async (test) => {
      const rotel = await startRotel();
      test.after(() => rotel.stop());
      const console = await runAgainst(rotel.url, encoding, 'otlp');
      const output = await rotel.printed(/handle-request[\s\S]*http\.response\.status_code/);
      const { 'handle-request': server, 'call-database': client } = printedSpans(output);

      assert.deepEqual(
        [server.traceId, server.spanId, client.spanId],
        [
          console['handle-request'].traceId,
          console['handle-request'].spanId,
          console['call-database'].spanId,
        ],
      );
      assert.equal(client.traceId, server.traceId);
      assert.equal(client.parentId, server.spanId);
      assert.equal(server.parentId, '');
      assert.deepEqual([server.kind, client.kind], ['SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT']);
      assert.equal(client.status, 'STATUS_CODE_ERROR');
      assert.match(client.text, /db\.system\.name: Str\(postgresql\)/);
      assert.match(client.text, /Name: exception[\s\S]*exception\.message: Str\(connection refused\)/);
      assert.match(output, /service\.name: Str\(exercise-svc\)/);
      for (const name of ['requests.total', 'request.duration']) {
        await rotel.printed(new RegExp(`Name: ${name.replace('.', '\\.')}`));
      }
    });
  }
});

describe('before the strict judges', () => {
  for (const encoding of encodings) {
    it(`${encoding.protocol}, compression ${encoding.compression}`, async (test) => {
      const receiver = await startCapture();
      test.after(() => receiver.close());
      await runAgainst(receiver.url, encoding);
      const [{ path, headers, body }] = receiver.requests;
      assert.equal(path, '/v1/traces');
      assert.equal(headers['content-encoding'], encoding.compression === 'gzip' ? 'gzip' : undefined);
      assert.match(headers['user-agent'], /^OTel-OTLP-Exporter-JavaScript\/\d+\.\d+\.\d+/);
      const bytes = encoding.protocol === 'http/json' ? traceRequestFromJson(body.toString('utf8')) : body;
      const text = decodeTraceRequest(bytes);
      for (const line of ['"exercise-svc"', '"handle-request"', '"call-database"', 'STATUS_CODE_ERROR']) {
        assert.ok(text.includes(line), `${line} is missing in:\n${text}`);
      }
    });
  }
});
