/** Client spans of node:http and node:https, over real servers on loopback. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ClientRequest, get, type IncomingMessage, request, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { context } from '../../api/context/context-api.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { freePort } from '../../platform/free-port.fixture.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { HttpInstrumentation } from './instrumentation.ts';

const bed = new SpanBed();
const clientsOnly = { disableIncomingRequestInstrumentation: true };
const instrumentation = new HttpInstrumentation(clientsOnly);
let server: Server;
let port = 0;
let base = '';
/** What the server got and does. */
let received: IncomingMessage[] = [];
let answer: http.RequestListener;

/** Waits for the answer and reads it. */
async function text(sent: ClientRequest): Promise<string> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

/** The error that a request ends in. */
async function failure(sent: ClientRequest): Promise<NodeJS.ErrnoException> {
  const [error] = await once(sent, 'error');
  return error as NodeJS.ErrnoException;
}

before(async () => {
  server = http.createServer((incoming, response) => {
    received.push(incoming);
    answer(incoming, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  base = `http://127.0.0.1:${port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  bed.reset();
  received = [];
  instrumentation.setConfig(clientsOnly);
  answer = (_incoming, response) => void response.end('fine');
});

describe('a client span', () => {
  it('has the attributes of the stable conventions', async () => {
    assert.equal(await text(http.get(`${base}/a?b=c&sig=x`, { headers: { 'User-Agent': 'probe' } })), 'fine');
    const [span] = await bed.take(1);
    assert.deepEqual(
      { ...span!.attributes },
      {
        'http.request.method': 'GET',
        'server.address': '127.0.0.1',
        'server.port': port,
        'url.full': `${base}/a?b=c&sig=REDACTED`,
        'user_agent.original': 'probe',
        'http.response.status_code': 200,
        'network.protocol.version': '1.1',
        'network.peer.address': '127.0.0.1',
        'network.peer.port': port,
      },
    );
    assert.equal(span!.name, 'GET');
    assert.equal(span!.kind, 2);
    assert.equal(span!.status.code, 0);
  });

  const ownHost = (headers: unknown) => http.get(`${base}/p`, { headers: headers as never, agent: false });
  const forms: [string, () => ClientRequest][] = [
    ['http.get with text', () => http.get(`${base}/p`)],
    ['http.get with a URL and options', () => http.get(new URL(`${base}/p`), { method: 'GET' })],
    ['http.request with options', () => http.request({ host: '127.0.0.1', port, path: '/p' }).end()],
    ['hostname and a default of http', () => http.request({ hostname: '127.0.0.1', port, path: '/p' }).end()],
    ['get imported by name', () => get(`${base}/p`)],
    ['request imported by name', () => request(`${base}/p`).end()],
    ['credentials in the URL', () => http.get(`http://user:secret@127.0.0.1:${port}/p`)],
    ['a Host header of its own', () => ownHost({ host: 'shop.example:8443' })],
    ['a Host header that begins alike', () => ownHost({ host: '127.0.0.1.example' })],
    ['its headers in a list', () => ownHost(['Host', 'shop.example'])],
    ['an agent without a port of its own', () => http.get(`${base}/p`, { agent: false })],
  ];
  for (const [name, send] of forms) {
    it(`${name}: one span, whose id the server gets`, async () => {
      await text(send());
      const [span] = await bed.take(1);
      const { traceId, spanId } = span!.spanContext();
      assert.equal(received[0]!.headers['traceparent'], `00-${traceId}-${spanId}-03`);
      assert.equal(span!.attributes['url.full'], `${base}/p`);
      assert.equal(bed.spans.length, 1);
    });
  }

  it('is of the server that the target names, where that is not the one connected to', async () => {
    const targets: [string, string, string, string, number][] = [
      [
        'GET',
        'http://u:p@far.example/a?sig=x',
        'http://REDACTED:REDACTED@far.example/a?sig=REDACTED',
        'far.example',
        80,
      ],
      ['GET', 'HTTPS://[::1]:8443', 'HTTPS://[::1]:8443', '::1', 8443],
      ['GET', 'https://far.example?q', 'https://far.example?q', 'far.example', 443],
      ['GET', 'http://:x/a', 'http://:x/a', '127.0.0.1', port],
      ['OPTIONS', '*', base, '127.0.0.1', port],
      ['GET', '?q', `${base}?q`, '127.0.0.1', port],
    ];
    for (const [method, path, full, address, itsPort] of targets) {
      const sent = http.request({ host: '127.0.0.1', port, method, path, agent: false }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      const [{ attributes }] = (await bed.take(1)) as [ReadableSpan];
      const { 'url.full': url, 'server.address': server, 'server.port': serverPort } = attributes;
      assert.deepEqual([url, server, serverPort], [full, address, itsPort]);
      bed.reset();
    }
  });

  it('of a CONNECT is of the server behind the tunnel', async () => {
    server.once('connect', (_incoming, socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const sent = http.request({ host: '127.0.0.1', port, method: 'CONNECT', path: 'far.example:443' }).end();
    await once(sent, 'connect');
    const [{ attributes }] = (await bed.take(1)) as [ReadableSpan];
    assert.equal(attributes['url.full'], 'http://far.example:443');
    assert.deepEqual([attributes['server.address'], attributes['server.port']], ['far.example', 443]);
    assert.equal(attributes['network.peer.port'], port);
  });

  it('has the port of the connection when a reverse proxy passes the Host header on, unless there are several', async () => {
    const second = http.createServer((_incoming, response) => void response.end('fine'));
    second.listen(0, '127.0.0.1');
    await once(second, 'listening');
    const agent = new http.Agent({ keepAlive: true });
    const send = (to: number) =>
      text(http.get({ host: '127.0.0.1', port: to, agent, headers: { host: 'shop.example' } }));
    const ports = async () => (await bed.take(1)).map(({ attributes }) => attributes['server.port']);
    try {
      for (const _ of [1, 2]) {
        await send(port);
        assert.deepEqual(await ports(), [port]);
        bed.reset();
      }
      const [open] = await Promise.all([
        text(http.get(`${base}/wait`, { agent })),
        send((second.address() as AddressInfo).port),
      ]);
      assert.equal(open, 'fine');
      assert.deepEqual(
        (await bed.take(2)).map(({ attributes }) => Number(attributes['server.port'])).sort((a, b) => a - b),
        [80, port],
      );
    } finally {
      agent.destroy();
      second.close();
    }
  });

  it('is a child of the active span, which stays active in the callbacks', async () => {
    const seen: (string | undefined)[] = [];
    const see = () => void seen.push(trace.getSpan(context.active())?.spanContext().spanId);
    const parent = trace.getTracer('app').startSpan('parent');
    const sent = context.with(trace.setSpan(ROOT_CONTEXT, parent), () =>
      http.get(base, (response) => {
        see();
        response.on('data', see).on('end', see).on('close', see);
      }),
    );
    await once(sent, 'close');
    const [span] = await bed.take(1);
    const id = parent.spanContext().spanId;
    assert.equal(span!.parentSpanContext?.spanId, id);
    assert.deepEqual(seen, [id, id, id, id]);
  });

  it('leaves a traceparent that the caller set alone', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await text(http.get(base, { headers: { traceparent } }));
    await bed.take(1);
    assert.equal(received[0]!.headers['traceparent'], traceparent);
  });

  it('is made for headers given as a list too', async () => {
    await text(http.get(base, { headers: ['Host', 'a', 'X-One', '1'] as never }));
    await bed.take(1);
    assert.equal(received[0]!.headers['x-one'], '1');
  });

  it('is not made where tracing is suppressed, nor a header', async () => {
    await context.with(suppressTracing(ROOT_CONTEXT), () => text(http.get(base)));
    await text(http.get(`${base}/next`));
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['url.full'], `${base}/next`);
    assert.equal(received[0]!.headers['traceparent'], undefined);
  });

  it('takes 4xx and 5xx for errors', async () => {
    answer = (incoming, response) => void response.writeHead(Number(incoming.url!.slice(1))).end();
    for (const status of [399, 404, 503]) await text(http.get(`${base}/${status}`));
    const spans = await bed.take(3);
    assert.deepEqual(
      spans.map((span) => [span.status.code, span.attributes['error.type']]),
      [
        [0, undefined],
        [2, '404'],
        [2, '503'],
      ],
    );
  });

  it('names an unknown method _OTHER', async () => {
    await text(http.request(base, { method: 'PROPFIND' }).end());
    const [span] = await bed.take(1);
    assert.equal(span!.name, 'HTTP');
    assert.equal(span!.attributes['http.request.method_original'], 'PROPFIND');
  });
});

describe('a client span of a request that fails', () => {
  it('refused', async () => {
    await failure(http.get(`http://127.0.0.1:${await freePort()}/`));
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['error.type'], 'ECONNREFUSED');
    assert.equal(span!.status.code, 2);
    assert.equal(span!.events[0]?.name, 'exception');
  });

  it('reset in the middle of the answer', async () => {
    answer = (incoming, response) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('abc', () => incoming.socket.destroy());
    };
    await assert.rejects(text(http.get(base)));
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['error.type'], 'ECONNRESET');
    assert.equal(span!.attributes['http.response.status_code'], 200);
    assert.equal(span!.status.code, 2);
  });

  it('aborted by a signal, by destroy(), by a timeout', async () => {
    answer = () => {};
    const controller = new AbortController();
    const aborted = http.get(base, { signal: controller.signal });
    aborted.on('socket', () => controller.abort());
    await failure(aborted);
    const destroyed = http.get(base);
    destroyed.on('socket', () => destroyed.destroy());
    await failure(destroyed);
    const slow = http.get(base, { timeout: 10 });
    slow.on('timeout', () => slow.destroy(Object.assign(new Error('slow'), { code: 'ETIMEDOUT' })));
    await failure(slow);
    const spans = await bed.take(3);
    assert.deepEqual(
      spans.map((span) => span.attributes['error.type']),
      ['ABORT_ERR', 'ECONNRESET', 'ETIMEDOUT'],
    );
  });

  it('over TLS with a server that speaks none', async () => {
    const plain = createTcpServer((socket: Socket) => socket.on('error', () => {}).end('no TLS'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port: plainPort } = plain.address() as AddressInfo;
    await failure(https.get(`https://127.0.0.1:${plainPort}/x`));
    plain.close();
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['url.full'], `https://127.0.0.1:${plainPort}/x`);
    assert.equal(typeof span!.attributes['error.type'], 'string');
  });

  it('an error that nobody listens to is thrown as without us', async () => {
    const sent = http.get(base);
    assert.throws(() => sent.emit('error', new Error('unheard')), /unheard/);
    assert.equal((await bed.take(1))[0]!.attributes['error.type'], 'Error');
    sent.on('error', () => {}).destroy();
  });

  it('an invalid request throws the same error and makes no span', () => {
    assert.throws(() => http.get('http://[bad'), { code: 'ERR_INVALID_URL' });
    assert.throws(() => http.request(base, { path: '/a b' }), { code: 'ERR_UNESCAPED_CHARACTERS' });
    assert.equal(bed.spans.length, 0);
  });
});

describe('options of clients', () => {
  const throwing = () => {
    throw new Error('hook');
  };

  it('hooks that throw change nothing', async () => {
    instrumentation.setConfig({
      ...clientsOnly,
      ignoreOutgoingRequestHook: throwing,
      startOutgoingSpanHook: throwing,
      requestHook: throwing,
      responseHook: throwing,
      applyCustomAttributesOnSpan: throwing,
    });
    assert.equal(await text(http.get(base)), 'fine');
    assert.equal((await bed.take(1))[0]!.attributes['http.response.status_code'], 200);
  });

  it('ignore, require a parent, capture headers', async () => {
    instrumentation.setConfig({
      ...clientsOnly,
      ignoreOutgoingRequestHook: (options) => options.path === '/skip',
      headersToSpanAttributes: { client: { requestHeaders: ['X-Out'], responseHeaders: ['X-Back'] } },
    });
    answer = (_incoming, response) => void response.setHeader('x-back', 'b').end();
    await text(http.get(`${base}/skip`));
    await text(http.get(`${base}/take`, { headers: { 'x-out': 'o' } }));
    const [span] = await bed.take(1);
    assert.deepEqual(span!.attributes['http.request.header.x-out'], ['o']);
    assert.deepEqual(span!.attributes['http.response.header.x-back'], ['b']);
    instrumentation.setConfig({ ...clientsOnly, requireParentforOutgoingSpans: true });
    await text(http.get(base));
    assert.equal(bed.spans.length, 1);
  });

  it('an upgrade ends the span and leaves the socket to the caller', async () => {
    server.once('upgrade', (_incoming, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    });
    const sent = http.get(base, { headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
    const [, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Socket];
    socket.write('echo');
    assert.equal(String((await once(socket, 'data'))[0]), 'echo');
    socket.destroy();
    assert.equal((await bed.take(1))[0]!.attributes['http.response.status_code'], 101);
  });

  it('disable() restores the functions, also those imported by name', () => {
    const { request: ours, get: oursGet } = http;
    assert.equal(get, oursGet);
    const { name, length } = ours;
    instrumentation.disable();
    assert.deepEqual([http.request.name, http.request.length], [name, length]);
    // From Node 22.12 on requests are announced, and the functions are Node's own all the time.
    assert.equal(http.request === ours, Number.parseInt(process.versions.node, 10) >= 22);
    assert.equal(get, http.get);
    assert.equal(request, http.request);
    instrumentation.enable();
  });
});
