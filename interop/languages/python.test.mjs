/**
 * A trace that goes through Node with Sonde and through Python with OpenTelemetry's own SDK, both ways, by every format of
 * headers that both know. Each service sends by OTLP to one receiver, where their spans have to fit.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startReceiver } from '../../examples/shop/viewer/receiver.mjs';
import { startApplication } from '../support/application.mjs';
import { installPackage } from '../support/packed-package.mjs';
import { parts } from '../support/parts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const [SERVER, CLIENT] = [2, 3];

/** OTEL_PROPAGATORS, the same word on both sides. */
const formats = ['tracecontext,baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'ottrace'];

let application;
before(() => {
  application = installPackage();
});
after(() => application.remove());

/** Runs both services and `visit` with their addresses; the answer, and the spans by service and kind. */
async function betweenServices(format, visit) {
  const spans = [];
  const receiver = await startReceiver({ '/v1/traces': (span) => spans.push(span) });
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_PROPAGATORS: format };
  const python = await startApplication(parts['python with opentelemetry'](), [join(here, 'service.py')], {
    cwd: application.folder,
    variables: { ...variables, OTEL_SERVICE_NAME: 'python' },
  });
  const flag = ['--import', 'sonde/register'];
  const node = await startApplication(process.execPath, [...flag, join(here, 'service.mjs')], {
    cwd: application.folder,
    variables: { ...variables, OTEL_SERVICE_NAME: 'node' },
  });
  const answer = await visit({ python: python.url, node: node.url });
  await Promise.all([python.stop(), node.stop()]);
  receiver.close();
  const of = (service, kind) => spans.filter((span) => span.service === service && span.kind === kind);
  return { answer, spans, of };
}

/** Each span is a child of the one before it, in one trace; OT Trace carries only the last 64 bits of its id. */
function assertChain(spans, format) {
  const carried = (id) => (format === 'ottrace' ? id.slice(16) : id);
  for (const [index, span] of spans.entries()) {
    assert.ok(span !== undefined, `span ${index} is missing`);
    assert.equal(carried(span.traceId), carried(spans[0].traceId));
    if (index > 0) assert.equal(span.parentSpanId, spans[index - 1].spanId);
  }
}

async function ask(url, headers = {}) {
  return (await fetch(url, { headers })).json();
}

describe('Node and Python', () => {
  for (const format of formats) {
    it(`Python continues a trace of ours: ${format}`, async () => {
      const { of, spans } = await betweenServices(format, ({ python, node }) =>
        ask(`${node}/order?url=${python}/price`),
      );
      const [[server], [client], [price]] = [of('node', SERVER), of('node', CLIENT), of('python', SERVER)];
      assertChain([server, client, price], format);
      assert.equal(server.parentSpanId ?? '', '');
      assert.equal(spans.length, 3);
    });

    it(`we continue a trace of Python's: ${format}`, async () => {
      const { of, spans } = await betweenServices(format, ({ python, node }) =>
        ask(`${python}/relay?url=${node}/stock`),
      );
      const [[server], [client], [stock]] = [of('python', SERVER), of('python', CLIENT), of('node', SERVER)];
      assertChain([server, client, stock], format);
      assert.equal(spans.length, 3);
    });
  }

  it('baggage and tracestate pass through us to Python, the decision not to sample too', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const headers = {
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
      tracestate: 'vendor=1',
      baggage: 'user.tier=gold',
    };
    const visit = (given) =>
      betweenServices('tracecontext,baggage', ({ python, node }) =>
        ask(`${node}/order?url=${python}/price`, given),
      );
    const { answer, of } = await visit(headers);
    assert.deepEqual(answer, { tier: 'gold', tracestate: 'vendor=1' });
    assert.equal(of('python', SERVER)[0].traceId, trace);
    const unsampled = await visit({ ...headers, traceparent: `00-${trace}-b7ad6b7169203331-00` });
    assert.equal(unsampled.answer.tier, 'gold');
    assert.deepEqual(unsampled.spans, []);
  });
});
