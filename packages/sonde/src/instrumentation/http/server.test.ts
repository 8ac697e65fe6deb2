/** Server spans, over real servers on loopback and raw sockets. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, Server as NetServer, Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { context } from '../../api/context/context-api.ts';
import { getRPCMetadata } from '../../api/context/rpc-metadata.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { tracesProtobuf } from '../../otlp/traces/encode.ts';
import { attributesOf, fieldsOf } from '../../otlp/wire/protobuf-reader.fixture.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { HttpInstrumentation } from './instrumentation.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `traceparent: 00-${TRACE_ID}-b7ad6b7169203331-01`;

const bed = new SpanBed();
const instrumentation = new HttpInstrumentation();
let server: Server;
let port = 0;
let handler: Handler;
const sockets: Socket[] = [];

/** A connection, and all that came back on it. */
async function dial(): Promise<{ socket: Socket; text: () => string; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  return { socket, text: () => text, closed };
}

/** Sends requests in one packet, the last of which closes the connection, and returns the answers. */
async function exchange(...lines: string[]): Promise<string> {
  const { socket, text, closed } = await dial();
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  await closed;
  return text();
}

const get = (target: string, ...headers: string[]) =>
  exchange(`GET ${target} HTTP/1.1`, `Host: shop.test:${port}`, ...headers);

const activeId = () => trace.getSpan(context.active())?.spanContext().spanId;

before(async () => {
  server = createServer((request, response) => handler(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  bed.reset();
  instrumentation.setConfig({});
  handler = (_request, response) => void response.end('fine');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('attributes of a server span', () => {
  it('are those of the stable conventions', async () => {
    await get('/cart/7?a=b', 'User-Agent: probe/1', TRACEPARENT);
    const [span] = await bed.take(1);
    const { 'network.peer.port': peerPort, ...rest } = span!.attributes;
    assert.equal(typeof peerPort, 'number');
    assert.deepEqual(rest, {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/cart/7',
      'url.query': 'a=b',
      'server.address': 'shop.test',
      'server.port': port,
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'user_agent.original': 'probe/1',
      'http.response.status_code': 200,
    });
    assert.equal(span!.name, 'GET');
    assert.equal(span!.kind, 1);
    assert.equal(span!.status.code, 0);
    assert.equal(span!.spanContext().traceId, TRACE_ID);
    assert.equal(span!.parentSpanContext?.spanId, 'b7ad6b7169203331');
    assert.equal(span!.parentSpanContext?.isRemote, true);
  });

  it('arrive by OTLP as the span has them, whatever connections the requests of a batch came by', async () => {
    const ask = async ({ socket, text }: Awaited<ReturnType<typeof dial>>, method: string, agent: string) => {
      const before = text().length;
      const body = method === 'POST' ? 'Content-Length: 2\r\n\r\nhi' : '\r\n';
      socket.write(`${method} /${agent} HTTP/1.1\r\nHost: ${agent}.test\r\nUser-Agent: ${agent}\r\n${body}`);
      while (!text().slice(before).endsWith('fine')) await once(socket, 'data');
    };
    const connections = [await dial(), await dial(), await dial()];
    const orders = [
      [0, 1, 2],
      [2, 0, 1, 1],
      [1, 2, 0, 2, 0],
    ];
    for (const order of orders) {
      bed.reset();
      for (const index of order) {
        await ask(connections[index]!, index === 1 ? 'POST' : 'GET', ['a', 'longer/1', 'c'][index]!);
      }
      const spans = await bed.take(order.length);
      const [batch] = tracesProtobuf.encode(spans, spans.length);
      const scope = fieldsOf(fieldsOf(batch!.scopes)[2]![0] as Uint8Array);
      const read = scope[2]!.map((bytes) => attributesOf(fieldsOf(bytes as Uint8Array)[9]));
      const asSent = (span: (typeof spans)[number]) =>
        Object.fromEntries(
          Object.entries(span.attributes).map(([key, value]) => [
            key,
            typeof value === 'number' ? BigInt(value) : value,
          ]),
        );
      assert.deepEqual(read, spans.map(asSent));
    }
    for (const { socket } of connections) socket.destroy();
  });

  it('hold no key without a value', async () => {
    await exchange('GET / HTTP/1.1', 'Host: [::1');
    const [span] = await bed.take(1);
    assert.ok(!Object.values(span!.attributes).includes(undefined));
    assert.ok(!('server.address' in span!.attributes));
    assert.ok(!('user_agent.original' in span!.attributes));
  });

  it('name an unknown method _OTHER and keep what was sent', async () => {
    await exchange('PROPFIND /dav HTTP/1.1', 'Host: a');
    const [span] = await bed.take(1);
    assert.equal(span!.name, 'HTTP');
    assert.equal(span!.attributes['http.request.method'], '_OTHER');
    assert.equal(span!.attributes['http.request.method_original'], 'PROPFIND');
  });

  it('redact signatures in the query', async () => {
    await get('/o?sig=abc&n=1&X-Goog-Signature=def&AWSAccessKeyId=k');
    const [span] = await bed.take(1);
    assert.equal(
      span!.attributes['url.query'],
      'sig=REDACTED&n=1&X-Goog-Signature=REDACTED&AWSAccessKeyId=REDACTED',
    );
  });

  it('take the first hop of Forwarded before X-Forwarded-*', async () => {
    await get(
      '/',
      'Forwarded: for="[2001:db8::17]:4711";proto=https;host="a.example:8443", for=10.0.0.1',
      'X-Forwarded-For: 1.2.3.4',
    );
    await get(
      '/',
      'X-Forwarded-For: 192.0.2.9, 10.1.1.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: b.example',
    );
    const [standard, legacy] = await bed.take(2);
    assert.equal(standard!.attributes['client.address'], '2001:db8::17');
    assert.equal(standard!.attributes['url.scheme'], 'https');
    assert.equal(standard!.attributes['server.address'], 'a.example');
    assert.equal(standard!.attributes['server.port'], 8443);
    assert.equal(legacy!.attributes['client.address'], '192.0.2.9');
    assert.equal(legacy!.attributes['server.address'], 'b.example');
    assert.equal(legacy!.attributes['server.port'], 443);
    assert.equal(legacy!.attributes['network.peer.address'], '127.0.0.1');
  });

  it('record captured headers as lists, and no others', async () => {
    instrumentation.setConfig({
      headersToSpanAttributes: {
        server: { requestHeaders: ['X-Tenant', 'absent'], responseHeaders: ['X-Cost', 'Set-Cookie'] },
      },
    });
    handler = (_request, response) => {
      response.setHeader('x-cost', 3);
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end();
    };
    await get('/', 'X-Tenant: blue', 'X-Secret: s');
    const [span] = await bed.take(1);
    assert.deepEqual(span!.attributes['http.request.header.x-tenant'], ['blue']);
    assert.deepEqual(span!.attributes['http.response.header.x-cost'], ['3']);
    assert.deepEqual(span!.attributes['http.response.header.set-cookie'], ['a=1', 'b=2']);
    const captured = Object.keys(span!.attributes).filter((key) => key.includes('.header.'));
    assert.equal(captured.length, 3);
  });

  for (const [status, code, errorType] of [
    [404, 0, undefined],
    [499, 0, undefined],
    [500, 2, '500'],
    [503, 2, '503'],
  ] as const) {
    it(`status ${status} gives span status ${code}`, async () => {
      handler = (_request, response) => void response.writeHead(status).end();
      await get('/');
      const [span] = await bed.take(1);
      assert.equal(span!.attributes['http.response.status_code'], status);
      assert.equal(span!.status.code, code);
      assert.equal(span!.attributes['error.type'], errorType);
    });
  }

  it('take the route and the name from the metadata that a router writes', async () => {
    handler = (_request, response) => {
      getRPCMetadata(context.active())!.route = '/users/:id';
      response.end();
    };
    await get('/users/4');
    const [span] = await bed.take(1);
    assert.equal(span!.name, 'GET /users/:id');
    assert.equal(span!.attributes['http.route'], '/users/:id');
  });
});

describe('the active span', () => {
  /** What each listener saw, in order. */
  let seen: [string, string | undefined][];
  const see = (name: string) => () => void seen.push([name, activeId()]);
  const mine = (span: { spanContext(): { spanId: string } }) =>
    seen.map(([name]) => [name, span.spanContext().spanId]);
  beforeEach(() => {
    seen = [];
  });

  it('is the server span in every listener, also when the body arrives later', async () => {
    handler = (request, response) => {
      see('request')();
      request.on('data', see('data'));
      response.on('finish', see('finish'));
      response.on('close', see('response close'));
      request.on('close', see('request close'));
      request.on('end', () => {
        see('end')();
        setTimeout(() => {
          see('timer')();
          response.end('done');
        }, 1);
      });
    };
    const { socket, closed } = await dial();
    const arrived = once(server, 'request');
    socket.write('POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\n');
    const [request] = (await arrived) as [IncomingMessage];
    socket.write('abc');
    await once(request, 'data');
    socket.write('def');
    await closed;
    const [span] = await bed.take(1);
    assert.deepEqual(seen, mine(span!));
    assert.deepEqual([...new Set(seen.map(([name]) => name))].sort(), [
      'data',
      'end',
      'finish',
      'request',
      'request close',
      'response close',
      'timer',
    ]);
  });

  it('is seen by `for await` over the body and by what follows it', async () => {
    handler = async (request, response) => {
      for await (const _chunk of request) see('chunk')();
      see('after')();
      response.end();
    };
    const { socket, closed } = await dial();
    const arrived = once(server, 'request');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n');
    await arrived;
    socket.write('ab');
    await closed;
    const [span] = await bed.take(1);
    assert.deepEqual(seen, mine(span!));
    assert.equal(seen.length, 2);
  });

  it('is never that of another request on the connection', async () => {
    const spans: (string | undefined)[][] = [];
    handler = (request, response) => {
      const own = [activeId()];
      spans.push(own);
      request.on('end', () => own.push(activeId()));
      request.resume();
      response.on('finish', () => own.push(activeId()));
      setTimeout(() => {
        own.push(activeId());
        response.end(request.url);
      }, 1);
    };
    const { socket, text } = await dial();
    for (const path of ['/1', '/2', '/3']) {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      while (!text().endsWith(path)) await once(socket, 'data');
    }
    const ids = (await bed.take(3)).map((span) => span.spanContext().spanId);
    assert.deepEqual(
      spans,
      ids.map((id) => [id, id, id, id]),
    );
    assert.equal(new Set(ids).size, 3);
    assert.equal(new Set(bed.spans.map((span) => span.spanContext().traceId)).size, 3);
  });

  it('is over with the call of the parser, and with that of anybody who hands a request on', async () => {
    const seen: unknown[] = [];
    instrumentation.setConfig({
      ignoreIncomingRequestHook: () => {
        seen.push(activeId());
        return false;
      },
    });
    handler = (_request, response) => {
      seen.push(typeof activeId());
      response.end('fine');
    };
    await exchange('GET /a HTTP/1.1', 'Host: x', '', 'GET /b HTTP/1.1', 'Host: x');
    await bed.take(2);
    // In one packet: the second comes in the same turn as the first.
    assert.deepEqual(seen, [undefined, 'string', undefined, 'string']);

    const emit = server.emit;
    const after: unknown[] = [];
    server.emit = function (this: Server, ...args: unknown[]): boolean {
      if (args[0] !== 'request') return emit.apply(this, args as never);
      setImmediate(() => {
        emit.apply(this, args as never);
        after.push(activeId());
      });
      return true;
    } as never;
    try {
      await get('/later');
    } finally {
      server.emit = emit;
    }
    const made = new http.IncomingMessage(new Socket());
    made.url = '/made';
    server.emit('request', made, new http.ServerResponse(made));
    after.push(activeId());
    assert.deepEqual(after, [undefined, undefined]);
    await bed.take(2);
  });

  it('costs no asynchronous resource where Node itself restores what was active before its call', async () => {
    const types: string[] = [];
    // What comes after the call has contexts of its own: Node 24 emits the end of this request when the socket is over.
    let untilHandled: string[] = [];
    handler = (_request, response) => {
      untilHandled = [...types];
      response.end('fine');
    };
    const hook = createHook({ init: (_id, type) => void types.push(type) }).enable();
    try {
      await get('/');
      await bed.take(1);
    } finally {
      hook.disable();
    }
    assert.ok(untilHandled.includes('HTTPINCOMINGMESSAGE'), untilHandled.join());
    assert.ok(!untilHandled.includes('SONDE_CONTEXT'), untilHandled.join());
  });

  it('leaves the storages of others as they are', async () => {
    const storage = new AsyncLocalStorage<string>();
    let seen: string | undefined;
    handler = (_request, response) => {
      seen = storage.getStore();
      response.end('fine');
    };
    const emit = server.emit;
    server.emit = function (this: Server, ...args: unknown[]): boolean {
      return storage.run('theirs', () => emit.apply(this, args as never));
    } as never;
    try {
      await get('/');
    } finally {
      server.emit = emit;
    }
    assert.equal(seen, 'theirs');
    await bed.take(1);
  });

  it("is each request's own when they are pipelined", async () => {
    const spans = new Map<string, (string | undefined)[]>();
    handler = (request, response) => {
      const own = [activeId()];
      spans.set(request.url!, own);
      response.on('finish', () => own.push(activeId()));
      // The first answer is the slowest: Node holds the others back.
      setTimeout(() => response.end(), request.url === '/1' ? 20 : 1);
    };
    await exchange(
      'GET /1 HTTP/1.1',
      'Host: a',
      '',
      'GET /2 HTTP/1.1',
      'Host: a',
      '',
      'GET /3 HTTP/1.1',
      'Host: a',
    );
    for (const span of await bed.take(3)) {
      const id = span.spanContext().spanId;
      assert.deepEqual(spans.get(String(span.attributes['url.path'])), [id, id]);
    }
  });

  it('does not stay on the connection for what is not a request', async () => {
    const onError = once(server, 'clientError');
    let atError: string | undefined = 'unset';
    server.prependOnceListener('clientError', (_error, socket) => {
      atError = activeId();
      socket.destroy();
    });
    const { socket, text } = await dial();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    while (!text().endsWith('fine')) await once(socket, 'data');
    await bed.take(1);
    socket.write('no HTTP at all\r\n\r\n');
    await onError;
    assert.equal(atError, undefined);
  });
});

describe('exchanges that do not end well', () => {
  it('a client that goes away ends the span without a status, as a failure', async () => {
    handler = () => {};
    const { socket } = await dial();
    const arrived = once(server, 'request');
    socket.write('GET /gone HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    socket.destroy();
    const [span] = await bed.take(1);
    assert.ok(!('http.response.status_code' in span!.attributes));
    assert.equal(span!.attributes['error.type'], 'ECONNRESET');
    assert.deepEqual(span!.status, { code: SpanStatusCode.ERROR });
  });

  it('a client that goes away ends the spans of pipelined requests too', async () => {
    let count = 0;
    const { socket } = await dial();
    const all = new Promise<void>((resolve) => {
      handler = () => void (++count === 3 && resolve());
    });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
    await all;
    socket.destroy();
    assert.equal((await bed.take(3)).length, 3);
  });

  it('what a handler throws passes through unchanged', async () => {
    const error = new Error('handler');
    const failing = createServer(() => {
      throw error;
    });
    instrumentation.setConfig({ disableIncomingRequestInstrumentation: true });
    handler = (request, response) => {
      instrumentation.setConfig({});
      assert.throws(
        () => failing.emit('request', request, response),
        (thrown) => thrown === error,
      );
      response.end();
    };
    await get('/');
    assert.equal((await bed.take(1)).length, 1);
  });

  it('checkContinue makes one span with its listeners inside', async () => {
    let id: string | undefined;
    server.once('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      id = activeId();
      response.writeContinue();
      request.resume().on('end', () => response.end());
    });
    const { socket, text, closed } = await dial();
    socket.write(
      'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n',
    );
    while (!text().includes('100 Continue')) await once(socket, 'data');
    socket.write('ok');
    await closed;
    const [span] = await bed.take(1);
    assert.equal(id, span!.spanContext().spanId);
    assert.equal(bed.spans.length, 1);
  });

  for (const [event, head] of [
    ['upgrade', 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'],
    ['connect', 'CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n'],
  ] as const) {
    it(`${event} leaves the socket to the application and makes no span`, async () => {
      server.once(event, (_request: IncomingMessage, socket: Socket) => {
        socket.write('raw ');
        socket.pipe(socket);
      });
      const { socket, text } = await dial();
      socket.write(head);
      while (text() !== 'raw ') await once(socket, 'data');
      socket.write('echo');
      while (text() !== 'raw echo') await once(socket, 'data');
      socket.destroy();
      assert.equal(bed.spans.length, 0);
    });
  }
});

describe('options', () => {
  const throwing = () => {
    throw new Error('hook');
  };

  it('hooks that throw change neither the answer nor the span', async () => {
    instrumentation.setConfig({
      ignoreIncomingRequestHook: throwing,
      startIncomingSpanHook: throwing,
      requestHook: throwing,
      responseHook: throwing,
      applyCustomAttributesOnSpan: throwing,
    });
    assert.match(await get('/'), /^HTTP\/1\.1 200 OK[\s\S]*fine/);
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['http.response.status_code'], 200);
  });

  it('hooks add to the span', async () => {
    instrumentation.setConfig({
      startIncomingSpanHook: (request) => ({ target: request.url }),
      requestHook: (span) => span.setAttribute('request', 1),
      responseHook: (span, response) => span.setAttribute('answer', response.statusCode ?? 0),
      applyCustomAttributesOnSpan: (span, request) => span.setAttribute('custom', request.method ?? ''),
      serverName: 'front',
    });
    await get('/x');
    const { attributes } = (await bed.take(1))[0]!;
    assert.equal(attributes['target'], '/x');
    assert.equal(attributes['request'], 1);
    assert.equal(attributes['answer'], 200);
    assert.equal(attributes['custom'], 'GET');
    assert.equal(attributes['server.address'], 'front');
  });

  it('redact other query keys on servers than on clients', async () => {
    const redacted = async (config: object): Promise<unknown> => {
      bed.reset();
      instrumentation.setConfig(config);
      await get('/?sig=1&key=2&X-Amz-Signature=3');
      return (await bed.take(1))[0]!.attributes['url.query'];
    };
    assert.equal(await redacted({}), 'sig=REDACTED&key=2&X-Amz-Signature=REDACTED');
    assert.equal(
      await redacted({ redactedQueryParams: ['key'] }),
      'sig=REDACTED&key=2&X-Amz-Signature=REDACTED',
    );
    assert.equal(
      await redacted({ redactedQueryParamsServer: ['key'] }),
      'sig=1&key=REDACTED&X-Amz-Signature=3',
    );
    assert.equal(await redacted({ redactedQueryParamsServer: [] }), 'sig=1&key=2&X-Amz-Signature=3');
  });

  it('tell bots and tests from people, when asked to', async () => {
    for (const [agent, type] of [
      ['Mozilla/5.0 (compatible; Googlebot/2.1)', 'bot'],
      ['bingbot', 'bot'],
      ['AlwaysOn/1', 'test'],
      ['Mozilla/5.0', undefined],
    ] as const) {
      for (const enableSyntheticSourceDetection of [true, false]) {
        bed.reset();
        instrumentation.setConfig({ enableSyntheticSourceDetection });
        await get('/', `User-Agent: ${agent}`);
        const [span] = await bed.take(1);
        const expected = enableSyntheticSourceDetection ? type : undefined;
        assert.equal(span!.attributes['user_agent.synthetic.type'], expected);
      }
    }
  });

  it('an ignored request makes no span, nor do those made inside it', async () => {
    instrumentation.setConfig({ ignoreIncomingRequestHook: (request) => request.url === '/health' });
    let isInner: boolean | undefined;
    handler = (_request, response) => {
      const inner = trace.getTracer('app').startSpan('inner');
      isInner = inner.isRecording();
      inner.end();
      response.end();
    };
    await get('/health');
    assert.equal(isInner, false);
    await get('/other');
    const [inner, outer] = await bed.take(2);
    assert.deepEqual([inner!.name, outer!.attributes['url.path']], ['inner', '/other']);
  });

  it('requireParentforIncomingSpans makes spans for continued traces only', async () => {
    instrumentation.setConfig({ requireParentforIncomingSpans: true });
    await get('/root');
    await get('/child', TRACEPARENT);
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['url.path'], '/child');
    assert.equal(bed.spans.length, 1);
  });

  it('a second copy beside us does not double the spans', async () => {
    const second = new HttpInstrumentation();
    await get('/');
    second.disable();
    await bed.take(1);
    await get('/next');
    assert.equal((await bed.take(2)).length, 2);
    assert.equal(bed.spans.length, 2);
  });

  it('a server that is started while a request is served makes spans of its own', async () => {
    const late = createServer((_request, response) => response.end('late'));
    handler = async (_request, response) => {
      late.listen(0, '127.0.0.1');
      await once(late, 'listening');
      response.end();
    };
    await get('/');
    await bed.take(1);
    const own = port;
    port = (late.address() as AddressInfo).port;
    await get('/late');
    port = own;
    late.close();
    assert.equal((await bed.take(2))[1]!.attributes['url.path'], '/late');
  });

  it('disable() restores what was patched, and is inert where somebody patched over it', async () => {
    const before = prototypes().map((prototype) => Object.hasOwn(prototype, 'emit'));
    instrumentation.disable();
    assert.deepEqual(
      prototypes().map((prototype) => Object.hasOwn(prototype, 'emit')),
      [false, false, false, false],
    );
    assert.deepEqual(before, [true, true, true, true]);
    await get('/');
    assert.equal(bed.spans.length, 0);

    instrumentation.enable();
    const ours = http.Server.prototype.emit;
    http.Server.prototype.emit = function (this: Server, ...args: unknown[]): boolean {
      return ours.apply(this, args as never);
    } as typeof ours;
    instrumentation.disable();
    await get('/');
    assert.equal(bed.spans.length, 0);
    http.Server.prototype.emit = ours;
    instrumentation.enable();
    await get('/');
    assert.equal((await bed.take(1)).length, 1);
  });
});

function prototypes(): object[] {
  const { IncomingMessage, ServerResponse, ClientRequest } = http;
  return [NetServer, IncomingMessage, ServerResponse, ClientRequest].map((each) => each.prototype);
}
