/** Gap 6: OTLP over gRPC never tries again. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http2';

export const title = 'OTLP over gRPC is tried again';

/** A receiver that answers the calls with these statuses, then with OK: `{ url, calls, close() }`. */
async function startReceiver(statuses, details = undefined) {
  const calls = [];
  const server = createServer();
  const sessions = new Set();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.resume();
    stream.on('end', () => {
      const status = statuses[calls.length] ?? 0;
      calls.push(performance.now());
      const trailers = { 'grpc-status': String(status) };
      if (status !== 0 && details !== undefined) trailers['grpc-status-details-bin'] = details;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(Buffer.alloc(5));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, calls, close };
}

async function exportOne({ sdk, otlp }, url) {
  const exporter = new otlp.OTLPTraceExporter({ protocol: 'grpc', url, timeoutMillis: 8_000 });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  provider.getTracer('gaps').startSpan('span').end();
  await provider.forceFlush().catch(() => undefined);
  return provider;
}

/** google.rpc.Status with google.rpc.RetryInfo of 600 ms. */
function retryInfo() {
  const field = (number, bytes) => Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  const delay = Buffer.from([0x10, 0x80, 0x8c, 0x8d, 0x9e, 0x02]);
  const any = [field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), field(2, field(1, delay))];
  return field(3, Buffer.concat(any)).toString('base64');
}

export const checks = {
  'after UNAVAILABLE': async (subject) => {
    const receiver = await startReceiver([14]);
    const provider = await exportOne(subject, receiver.url);
    assert.equal(receiver.calls.length, 2);
    await provider.shutdown().catch(() => undefined);
    receiver.close();
  },
  'when RetryInfo says, also after RESOURCE_EXHAUSTED': async (subject) => {
    const receiver = await startReceiver([8], retryInfo());
    const provider = await exportOne(subject, receiver.url);
    assert.equal(receiver.calls.length, 2);
    assert.ok(receiver.calls[1] - receiver.calls[0] >= 595);
    await provider.shutdown().catch(() => undefined);
    receiver.close();
  },
  'after the connection broke': async (subject) => {
    const broken = createServer();
    let calls = 0;
    broken.on('stream', (stream) => {
      stream.on('error', () => {});
      calls += 1;
      if (calls === 1) stream.session.destroy();
      else
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0' },
          { endStream: true },
        );
    });
    await new Promise((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const provider = await exportOne(subject, `http://127.0.0.1:${broken.address().port}`);
    assert.equal(calls, 2);
    await provider.shutdown().catch(() => undefined);
    broken.close();
  },
};
