/**
 * The core outside Node: bundled for browsers and for edge runtimes, run where nothing but web standards is in reach, and
 * read back from a real HTTP server. A name of Node that slips into the core is a ReferenceError here.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { build, type Platform } from 'esbuild';
import { packageFolder } from './packed.ts';

const program = `
  import { SpanKind, trace } from 'sonde';
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
  };`;

/** What browsers and edge runtimes both have. */
const webGlobals = [
  ...['AbortController', 'AbortSignal', 'Blob', 'CompressionStream', 'DOMException', 'Event', 'EventTarget'],
  ...[
    'Headers',
    'ReadableStream',
    'Request',
    'Response',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'URLSearchParams',
  ],
  ...['clearInterval', 'clearTimeout', 'console', 'crypto', 'fetch', 'performance', 'queueMicrotask'],
  ...['setInterval', 'setTimeout', 'structuredClone'],
];

async function bundleFor(platform: Platform): Promise<string> {
  const result = await build({
    stdin: { contents: program, resolveDir: packageFolder },
    absWorkingDir: packageFolder,
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform,
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

describe('the core outside Node', () => {
  const bodies: { path: string | undefined; type: string | undefined; body: Buffer }[] = [];
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push({
          path: request.url,
          type: request.headers['content-type'],
          body: Buffer.concat(chunks),
        });
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  for (const [title, platform] of [
    ['a browser', 'browser'],
    ['an edge runtime', 'neutral'],
  ] as const) {
    it(`records a span and delivers it from ${title}`, async () => {
      const globals = Object.fromEntries(webGlobals.map((name) => [name, Reflect.get(globalThis, name)]));
      const context = createContext(globals);
      runInContext(await bundleFor(platform), context);
      bodies.length = 0;
      await runInContext('run', context)(url);
      assert.equal(bodies.length, 1);
      const [received] = bodies;
      assert.equal(received?.path, '/v1/traces');
      assert.equal(received?.type, 'application/x-protobuf');
      for (const word of ['page view', 'service.name', 'page', 'clicks'])
        assert.ok(received?.body.includes(word));
    });
  }
});
