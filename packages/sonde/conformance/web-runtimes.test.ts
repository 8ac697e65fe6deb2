/** Rows OTLP-37 and LIB-14: the core where there is no Node, only web standards, or a page that may go at any time. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Receiver } from './receiver.ts';
import { loadInWeb } from './web-bed.ts';

describe('runtimes of the web', () => {
  let receiver: Receiver;
  before(async () => {
    receiver = await Receiver.start();
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.answer = (response) => void response.end();
  });
  after(() => receiver.stop());

  for (const [title, platform] of [
    ['a browser', 'browser'],
    ['an edge runtime', 'neutral'],
  ] as const) {
    it(`OTLP-37 records a span and delivers it from ${title}`, async () => {
      const run = await loadInWeb(
        `import { SpanKind, trace } from 'sonde';
         import { BatchSpanProcessor, resourceFromAttributes, TracerProvider } from 'sonde/sdk';
         import { OTLPTraceExporter } from 'sonde/otlp';
         globalThis.run = async (url) => {
           const provider = new TracerProvider({
             resource: resourceFromAttributes({ 'service.name': 'page' }),
             spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
           });
           trace.setGlobalTracerProvider(provider);
           trace.getTracer('web').startSpan('page view', { kind: SpanKind.CLIENT, attributes: { clicks: 3 } }).end();
           await provider.forceFlush();
           await provider.shutdown();
         };`,
        platform,
      );
      receiver.answer = (response) => {
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      };
      await run(receiver.url);
      assert.equal(receiver.received.length, 1);
      const [received] = receiver.received;
      assert.equal(received?.path, '/v1/traces');
      assert.equal(received?.headers['content-type'], 'application/x-protobuf');
      for (const word of ['page view', 'service.name', 'page', 'clicks'])
        assert.ok(received?.body.includes(word));
    });
  }

  it('OTLP-37 fetch sends a compressed request and tells of a partial success', async () => {
    const run = await loadInWeb(
      `import { diag } from 'sonde';
       import { OTLPTraceExporter } from 'sonde/otlp';
       import { BatchSpanProcessor, TracerProvider } from 'sonde/sdk';
       globalThis.run = async (url) => {
         const said = [];
         const note = (...parts) => void said.push(parts.join(' '));
         diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note });
         const exporter = new OTLPTraceExporter({ url, protocol: 'http/json', compression: 'gzip' });
         const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
         provider.getTracer('web').startSpan('page view').end();
         await provider.shutdown().catch(note);
         return said;
       };`,
      'neutral',
    );
    receiver.answer = (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: 'no room' } }));
    };
    const said = (await run(receiver.url)) as string[];
    const [request] = receiver.received;
    assert.equal(request?.headers['content-encoding'], 'gzip');
    assert.equal(JSON.parse(String(request?.body)).resourceSpans[0].scopeSpans[0].spans[0].name, 'page view');
    assert.equal(receiver.received.length, 1, 'a partial success is not sent again');
    assert.match([...said].join('\n'), /no room/);
  });

  it('LIB-14 a page that is hidden sends what it has, without waiting for the delay', async () => {
    const listeners = new Map<string, (event?: unknown) => void>();
    const document = { visibilityState: 'visible' };
    const run = await loadInWeb(
      `import { trace } from 'sonde';
       import { OTLPTraceExporter } from 'sonde/otlp';
       import { BatchSpanProcessor, startSdk } from 'sonde/sdk';
       globalThis.run = async (url) => {
         const exporter = new OTLPTraceExporter({ url });
         startSdk({ spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 60_000 })], logRecordProcessors: [] });
         trace.getTracer('web').startSpan('page view').end();
       };`,
      'browser',
      {
        document,
        addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
        removeEventListener: (name: string) => void listeners.delete(name),
      },
    );
    await run(receiver.url);
    listeners.get('visibilitychange')?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(receiver.received.length, 0, 'a page in sight keeps its batch');
    document.visibilityState = 'hidden';
    listeners.get('visibilitychange')?.();
    for (let round = 0; round < 1_000 && receiver.received.length === 0; round++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(receiver.received.length, 1);
    assert.ok(receiver.received[0]?.body.includes('page view'));
  });
});
