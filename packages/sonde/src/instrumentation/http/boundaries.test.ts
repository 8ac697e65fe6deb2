/** Where our spans end and others begin: exports of our own, HTTP/2, CONNECT, applications that patch http themselves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { OTLPTraceExporter } from '../../otlp/traces/exporter.ts';
import { BatchSpanProcessor } from '../../sdk/traces/batch-processor.ts';
import { TracerProvider } from '../../sdk/traces/provider.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { UndiciInstrumentation } from '../undici/instrumentation.ts';
import { HttpInstrumentation } from './instrumentation.ts';

const bed = new SpanBed();
const instrumentation = new HttpInstrumentation();
const undici = new UndiciInstrumentation();
let server: Server;
let port = 0;

before(async () => {
  server = http.createServer(
    (request, response) => void request.resume().on('end', () => response.end('fine')),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
  instrumentation.disable();
  undici.disable();
});
beforeEach(() => {
  bed.reset();
  instrumentation.setConfig({});
});

async function get(path: string, more: http.RequestOptions = {}): Promise<string> {
  const [response] = await once(
    http.get({ host: '127.0.0.1', port, path, agent: false, ...more }),
    'response',
  );
  let text = '';
  for await (const chunk of response as IncomingMessage) text += chunk;
  return text;
}

describe('no span is made', () => {
  it('for what our exporters send, over connections that are kept', async () => {
    instrumentation.setConfig({ disableIncomingRequestInstrumentation: true });
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    for (let round = 0; round < 3; round++) {
      provider.getTracer('test').startSpan(`s${round}`).end();
      await provider.forceFlush();
    }
    await provider.shutdown();
    assert.deepEqual(bed.spans, []);
  });

  it('for a server of HTTP/2, which works as without us', async () => {
    const compatible = http2.createServer((request, response) => {
      response.setHeader('x-path', request.url);
      response.end('two');
    });
    compatible.listen(0, '127.0.0.1');
    await once(compatible, 'listening');
    const session = http2.connect(`http://127.0.0.1:${(compatible.address() as AddressInfo).port}`);
    const stream = session.request({ ':path': '/h2' });
    const [headers] = await once(stream, 'response');
    let text = '';
    stream.setEncoding('utf8');
    for await (const chunk of stream) text += chunk;
    assert.deepEqual([text, headers['x-path']], ['two', '/h2']);
    session.close();
    compatible.close();
    assert.deepEqual(bed.spans, []);
  });

  it('for other emitters of "request" below net.Server', async () => {
    const odd = connectServer();
    const seen: unknown[] = [];
    odd.on('request', (...args: unknown[]) => seen.push(...args));
    for (const args of [[], [null, null], [1, 2, 3, 4], [{}, {}]]) odd.emit('request', ...args);
    assert.deepEqual(seen, [null, null, 1, 2, 3, 4, {}, {}]);
    assert.deepEqual(bed.spans, []);
  });

  it('twice for a request that an application emits again, also to another server', async () => {
    const inner = http.createServer((_request, response) => response.end('inner'));
    const outer = http.createServer(
      (request, response) => void inner.emit('request', request, response, 'more'),
    );
    let extra: unknown[] = [];
    inner.on('request', (...args: unknown[]) => {
      extra = args.slice(2);
    });
    outer.listen(0, '127.0.0.1');
    await once(outer, 'listening');
    assert.equal(await get('/', { port: (outer.address() as AddressInfo).port }), 'inner');
    outer.close();
    assert.deepEqual(extra, ['more']);
    const spans = await bed.take(2);
    assert.deepEqual(spans.map(({ kind }) => kind).sort(), [1, 2]);
    assert.equal(bed.spans.length, 2);
  });
});

describe('a request that an adapter has put together', () => {
  const sockets: [string, unknown][] = [
    ['no socket', null],
    ['what looks like a socket', { encrypted: true, remoteAddress: '192.0.2.1', end() {}, destroy() {} }],
  ];
  for (const [name, socket] of sockets) {
    it(`with ${name} makes a span that ends with its answer`, async () => {
      const injected = http.createServer((_request, response) => {
        response.statusCode = 503;
        response.on('finish', () => told.push(bed.spans.length));
        response.end('injected');
      });
      const told: number[] = [];
      const request = new http.IncomingMessage(socket as Socket);
      Object.assign(request, { method: 'GET', url: '/injected', headers: { host: 'a' }, httpVersion: '1.1' });
      const response = new http.ServerResponse(request);
      const written = new Writable({ write: (_chunk, _encoding, callback) => callback() });
      response.assignSocket(written as unknown as Socket);
      injected.emit('request', request, response);
      const [span] = await bed.take(1);
      assert.equal(span?.attributes['url.path'], '/injected');
      assert.equal(span?.attributes['http.response.status_code'], 503);
      assert.equal(span?.attributes['url.scheme'], socket === null ? 'http' : 'https');
      assert.deepEqual(told, [0]);
      response.emit('close');
      assert.equal(bed.spans.length, 1);
    });
  }
});

function connectServer(): NodeJS.EventEmitter {
  const { Server: TcpServer } = process.getBuiltinModule('node:net');
  return new TcpServer();
}

describe('CONNECT', () => {
  it('of a client is one span, and the tunnel is the caller’s', async () => {
    const proxy = http.createServer();
    proxy.on('connect', (_request, socket: Socket, head: Buffer) => {
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${head}`);
      socket.pipe(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const request = http.request({
      host: '127.0.0.1',
      port: (proxy.address() as AddressInfo).port,
      method: 'CONNECT',
      path: 'example.test:443',
    });
    request.end();
    const [response, socket] = (await once(request, 'connect')) as [IncomingMessage, Socket];
    assert.equal(response.statusCode, 200);
    socket.write('through');
    const [echo] = await once(socket, 'data');
    assert.equal(String(echo), 'through');
    socket.destroy();
    proxy.close();
    const [span] = await bed.take(1);
    assert.deepEqual([span!.name, span!.attributes['http.response.status_code']], ['CONNECT', 200]);
    assert.equal(bed.spans.length, 1);
  });
});

describe('an application that patches http itself', () => {
  it('before us: its emit runs, and so do we', async () => {
    instrumentation.disable();
    const seen: string[] = [];
    const { emit } = http.Server.prototype;
    http.Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
      if (event === 'request') seen.push((args[0] as IncomingMessage).url!);
      return emit.apply(this, [event, ...args] as never);
    } as never;
    const own = http.Server.prototype.emit;
    instrumentation.enable();
    assert.equal(await get('/patched'), 'fine');
    assert.deepEqual(seen, ['/patched']);
    assert.equal((await bed.take(2)).filter(({ kind }) => kind === 1).length, 1);
    instrumentation.disable();
    assert.equal(http.Server.prototype.emit, own);
    delete (http.Server.prototype as { emit?: unknown }).emit;
    instrumentation.enable();
  });

  it('after us, on a server, a response and the functions of the module', async () => {
    const seen: string[] = [];
    const emit = server.emit.bind(server);
    server.emit = ((event: string, ...args: unknown[]) => {
      if (event === 'request') {
        const response = args[1] as ServerResponse;
        const { end } = response;
        response.end = function (this: ServerResponse, ...rest: unknown[]) {
          seen.push('end');
          return end.apply(this, rest as never);
        } as never;
      }
      return emit(event, ...args);
    }) as never;
    const { request } = http;
    http.request = ((...args: unknown[]) => {
      seen.push('request');
      return (request as (...rest: unknown[]) => http.ClientRequest)(...args);
    }) as never;
    const sent = http.request({ host: '127.0.0.1', port, agent: false }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    http.request = request;
    delete (server as { emit?: unknown }).emit;
    assert.deepEqual(seen, ['request', 'end']);
    assert.equal((await bed.take(2)).length, 2);
  });

  it('a socket that is destroyed while an answer is written ends the span, once', async () => {
    const big = http.createServer((_request, response) => {
      response.on('error', () => {});
      response.write('x'.repeat(100_000));
      setImmediate(() => response.socket?.destroy());
    });
    big.listen(0, '127.0.0.1');
    await once(big, 'listening');
    const socket = connect((big.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write('GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'close');
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['http.response.status_code'], 200);
    big.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bed.spans.length, 1);
  });
});
