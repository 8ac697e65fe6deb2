/** Spans of fetch, over real servers on loopback. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { context } from '../../api/context/context-api.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { freePort } from '../../platform/free-port.fixture.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { requestInHand } from '../shared/request-in-hand.fixture.ts';
import { UndiciInstrumentation, type UndiciRequest } from './instrumentation.ts';

const bed = new SpanBed();
const instrumentation = new UndiciInstrumentation();
let server: Server;
let base = '';
let port = 0;
let received: IncomingMessage[] = [];
let answer: RequestListener;

const load = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();

before(async () => {
  server = createServer((incoming, response) => {
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
  instrumentation.setConfig({});
  answer = (_incoming, response) => void response.end('fine');
});

describe('a span of fetch', () => {
  it('has the attributes of the stable conventions, and its id reaches the server', async () => {
    assert.equal(await load(`${base}/a?b=c&sig=x`, { headers: { 'User-Agent': 'probe' } }), 'fine');
    const [span] = await bed.take(1);
    assert.deepEqual(
      { ...span!.attributes },
      {
        'http.request.method': 'GET',
        'server.address': '127.0.0.1',
        'server.port': port,
        'url.full': `${base}/a?b=c&sig=REDACTED`,
        'url.path': '/a',
        'url.query': 'b=c&sig=REDACTED',
        'url.scheme': 'http',
        'user_agent.original': 'probe',
        'network.peer.address': '127.0.0.1',
        'network.peer.port': port,
        'http.response.status_code': 200,
      },
    );
    const { traceId, spanId } = span!.spanContext();
    assert.equal(received[0]!.headers['traceparent'], `00-${traceId}-${spanId}-03`);
    assert.deepEqual([span!.name, span!.kind, span!.status.code], ['GET', 2, 0]);
  });

  it('is of the server that is asked, also when the path begins with two slashes', async () => {
    await load(`${base}//evil.example/a?b=c`);
    const { attributes } = (await bed.take(1))[0]!;
    assert.equal(attributes['server.address'], '127.0.0.1');
    assert.equal(attributes['server.port'], port);
    assert.equal(attributes['url.full'], `${base}//evil.example/a?b=c`);
    assert.equal(attributes['url.path'], '//evil.example/a');
    assert.equal(received[0]!.url, '//evil.example/a?b=c');
  });

  it('is a child of the active span', async () => {
    const parent = trace.getTracer('app').startSpan('parent');
    await context.with(trace.setSpan(ROOT_CONTEXT, parent), () => load(base));
    assert.equal((await bed.take(1))[0]!.parentSpanContext?.spanId, parent.spanContext().spanId);
  });

  it('leaves a traceparent that the caller set alone', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await load(base, { headers: { traceparent } });
    await bed.take(1);
    assert.equal(received[0]!.headers['traceparent'], traceparent);
  });

  it('replaces what a reverse proxy passes on of the request in hand, and nothing else', async () => {
    const { context: inHand, span, traceparent, tracestate } = requestInHand();
    const own = trace.getTracer('app').startSpan('own', {}, inHand).spanContext();
    const named = `00-${own.traceId}-${own.spanId}-01`;
    await context.with(inHand, async () => {
      await load(base, { headers: { 'x-one': '1', traceparent, tracestate, 'x-two': '2' } });
      await load(base, { headers: { traceparent: named } });
    });
    const [client] = await bed.take(2);
    const { traceId, spanId } = client!.spanContext();
    assert.equal(client!.parentSpanContext?.spanId, span.spanContext().spanId);
    const sent = received.map(({ headers }) => headers);
    assert.equal(sent[0]!['traceparent'], `00-${traceId}-${spanId}-01`);
    assert.deepEqual([sent[0]!['x-one'], sent[0]!['tracestate'], sent[0]!['x-two']], ['1', tracestate, '2']);
    assert.equal(sent[1]!['traceparent'], named);
  });

  it('is the nearer one where a program injects the active span by hand, whose baggage stays', async () => {
    const active = trace.getTracer('app').startSpan('order');
    const inSpan = trace.setSpan(ROOT_CONTEXT, active);
    const given = propagation.setBaggage(inSpan, propagation.createBaggage({ given: { value: '1' } }));
    const headers: Record<string, string> = {};
    propagation.inject(given, headers);
    const other = propagation.setBaggage(inSpan, propagation.createBaggage({ other: { value: '2' } }));
    await context.with(other, () => load(base, { headers }));
    const [client] = await bed.take(1);
    assert.equal(client!.parentSpanContext?.spanId, active.spanContext().spanId);
    assert.equal(String(received[0]!.headers['traceparent']).slice(36, 52), client!.spanContext().spanId);
    assert.equal(received[0]!.headers['baggage'], 'given=1');
  });

  it('replaces it in a list of headers, in bytes, and in the text of undici 5 as well', async () => {
    const { context: inHand, traceparent } = requestInHand();
    const forms: UndiciRequest['headers'][] = [
      ['a', '1', 'TraceParent', traceparent, 'b', '2'],
      [Buffer.from('a'), Buffer.from('1'), Buffer.from('traceparent'), Buffer.from(traceparent)],
      `a: 1\r\nTraceparent: ${traceparent}\r\nb: 2\r\n`,
    ];
    const sent = forms.map((headers) => {
      const request = { origin: base, path: '/', method: 'GET', headers, addHeader() {} };
      context.with(inHand, () => channel('undici:request:create').publish({ request }));
      channel('undici:request:trailers').publish({ request });
      return typeof request.headers === 'string' ? request.headers : request.headers.map(String).join('|');
    });
    const ids = (await bed.take(3)).map((span) => span.spanContext());
    const ours = ids.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    assert.deepEqual(sent, [
      `a|1|TraceParent|${ours[0]}|b|2`,
      `a|1|traceparent|${ours[1]}`,
      `a: 1\r\ntraceparent: ${ours[2]}\r\nb: 2\r\n`,
    ]);
  });

  it('goes out under one traceparent, also where another agent adds its own behind us', async () => {
    const others = (message: unknown) => {
      const { request } = message as { request: UndiciRequest };
      request.addHeader('Traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
      request.addHeader('x-other', 'kept');
    };
    subscribe('undici:request:create', others);
    await load(base);
    instrumentation.disable();
    await load(base);
    instrumentation.enable();
    unsubscribe('undici:request:create', others);
    const [span] = await bed.take(1);
    const [{ headers }, alone] = received as [IncomingMessage, IncomingMessage];
    assert.equal(
      headers['traceparent'],
      `00-${span!.spanContext().traceId}-${span!.spanContext().spanId}-03`,
    );
    assert.equal(headers['x-other'], 'kept');
    assert.match(String(alone.headers['traceparent']), /^00-a+-b+-01$/);
  });

  it('is one per hop of a redirect, each with its own traceparent', async () => {
    answer = (incoming, response) => {
      if (incoming.url === '/from') response.writeHead(302, { Location: '/to' }).end();
      else response.end('there');
    };
    assert.equal(await load(`${base}/from`), 'there');
    const spans = await bed.take(2);
    assert.deepEqual(
      spans.map((span) => span.attributes['url.path']),
      ['/from', '/to'],
    );
    const parents = received.map((incoming) => String(incoming.headers['traceparent']).slice(36, 52));
    assert.deepEqual(
      parents,
      spans.map((span) => span.spanContext().spanId),
    );
  });

  it('takes 4xx for errors', async () => {
    answer = (_incoming, response) => void response.writeHead(404).end();
    await load(base);
    const [span] = await bed.take(1);
    assert.deepEqual([span!.status.code, span!.attributes['error.type']], [2, '404']);
  });

  it('refused', async () => {
    await assert.rejects(fetch(`http://127.0.0.1:${await freePort()}/`));
    const [span] = await bed.take(1);
    assert.deepEqual([span!.status.code, span!.attributes['error.type']], [2, 'ECONNREFUSED']);
  });

  it('aborted before the answer, and in the middle of it', async () => {
    answer = () => {};
    const early = new AbortController();
    const arrived = once(server, 'request');
    const sent = fetch(base, { signal: early.signal });
    await arrived;
    early.abort();
    await assert.rejects(sent, { name: 'AbortError' });
    answer = (_incoming, response) => void response.write('part');
    const late = new AbortController();
    const response = await fetch(base, { signal: late.signal });
    late.abort();
    await assert.rejects(response.text(), { name: 'AbortError' });
    for (const span of await bed.take(2)) {
      assert.equal(span.status.code, 2);
      assert.equal(typeof span.attributes['error.type'], 'string');
    }
  });

  // The undici of Node 20 has no WebSocket; what it calls is shown by the test below.
  it('ends where the connection changes its protocol', { skip: !('WebSocket' in globalThis) }, async () => {
    const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
    let connection: Duplex | undefined;
    server.once('upgrade', (incoming, socket) => {
      connection = socket;
      received.push(incoming);
      const key = createHash('sha1').update(`${incoming.headers['sec-websocket-key']}${guid}`);
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
      socket.write(`${head}Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`);
    });
    const socket = new WebSocket(`${base.replace('http', 'ws')}/chat`);
    await once(socket as never, 'open');
    const [span] = await bed.take(1);
    connection!.destroy();
    assert.equal(span!.attributes['http.response.status_code'], 101);
    assert.equal(span!.status.code, 0);
    assert.ok(String(received[0]!.headers['traceparent']).includes(span!.spanContext().spanId));
  });

  it('ends once where undici hands a connection over, whether a channel tells of it or not', async () => {
    for (const tells of [false, true]) {
      const request = {
        ...{ origin: base, path: 'far.example:443', method: 'CONNECT', headers: [], addHeader() {} },
        onRequestUpgrade(statusCode: number, headers: unknown, socket: string) {
          if (tells)
            channel('undici:request:headers').publish({ request, response: { statusCode, headers } });
          if (tells) channel('undici:request:trailers').publish({ request });
          return [this === request, headers, socket];
        },
      };
      channel('undici:request:create').publish({ request });
      assert.deepEqual(request.onRequestUpgrade(200, [], 'socket'), [true, [], 'socket']);
    }
    const ended = await bed.take(2);
    assert.deepEqual(
      ended.map(({ name, attributes }) => [
        name,
        attributes['http.response.status_code'],
        attributes['server.address'],
        attributes['server.port'],
        attributes['url.full'],
      ]),
      [
        ['CONNECT', 200, 'far.example', 443, 'http://far.example:443/'],
        ['CONNECT', 200, 'far.example', 443, 'http://far.example:443/'],
      ],
    );
  });

  it('is not made where tracing is suppressed, ignored, or without the parent required', async () => {
    await context.with(suppressTracing(ROOT_CONTEXT), () => load(base));
    instrumentation.setConfig({ ignoreRequestHook: (request) => request.path === '/skip' });
    await load(`${base}/skip`);
    instrumentation.setConfig({ requireParentforSpans: true });
    await load(base);
    instrumentation.setConfig({});
    instrumentation.disable();
    await load(base);
    instrumentation.enable();
    await load(`${base}/last`);
    assert.equal((await bed.take(1))[0]!.attributes['url.path'], '/last');
    assert.deepEqual(
      received.map((incoming) => incoming.headers['traceparent'] !== undefined),
      [false, false, false, false, true],
    );
  });

  it('survives hooks that throw, and captures headers', async () => {
    const throwing = () => {
      throw new Error('hook');
    };
    instrumentation.setConfig({
      ignoreRequestHook: throwing,
      startSpanHook: throwing,
      requestHook: throwing,
      responseHook: throwing,
      headersToSpanAttributes: { requestHeaders: ['X-Out', 'x.*'], responseHeaders: ['X-Back'] },
    });
    answer = (_incoming, response) => void response.setHeader('x-back', 'b').end('ok');
    assert.equal(await load(base, { headers: { 'x-out': 'o' } }), 'ok');
    const [span] = await bed.take(1);
    assert.deepEqual(span!.attributes['http.request.header.x-out'], ['o']);
    assert.deepEqual(span!.attributes['http.response.header.x-back'], ['b']);
    assert.ok(!('http.request.header.x.*' in span!.attributes));
  });
});
