/** Gap 29: limits of what is sent and of what is read, that can be set. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

export const title = 'Requests and answers have a limit';

async function startReceiver(answer) {
  const requests = [];
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      requests.push(Buffer.concat(pieces).length);
      response.end(answer);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/v1/traces`, requests, close };
}

async function exportSpans({ sdk, otlp }, url, options, text, count) {
  const exporter = new otlp.OTLPTraceExporter({ url, timeoutMillis: 3_000, ...options });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('gaps');
  for (let index = 0; index < count; index++) tracer.startSpan('span', { attributes: { text } }).end();
  const outcome = await provider.forceFlush().then(
    () => 'delivered',
    () => 'failed',
  );
  await provider.shutdown().catch(() => undefined);
  return outcome;
}

export const checks = {
  'no request is larger than it says: a batch is split': async (subject) => {
    const receiver = await startReceiver('');
    await exportSpans(subject, receiver.url, { maxRequestBytes: 10_000 }, 'x'.repeat(1_000), 50);
    receiver.close();
    assert.ok(Math.max(...receiver.requests) <= 10_000, `${receiver.requests}`);
  },
  'an answer over the limit that was set is a failure': async (subject) => {
    const receiver = await startReceiver('x'.repeat(2_000));
    const outcome = await exportSpans(subject, receiver.url, { maxResponseBytes: 1_000 }, 'x', 1);
    receiver.close();
    assert.equal(outcome, 'failed');
  },
};
