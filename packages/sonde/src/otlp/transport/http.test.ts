import assert from 'node:assert/strict';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { resolveEndpoint } from './endpoint.ts';
import { type HttpTransportOptions, openHttpTransport } from './http.ts';
import type { SendResult, Transport } from './send.ts';

type Closable = { close(): unknown };
const opened: Closable[] = [];

afterEach(() => {
  for (const thing of opened.splice(0)) thing.close();
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A receiver that speaks HTTP. */
async function receiver(listener: RequestListener): Promise<number> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => listener(request, response));
  });
  opened.push({ close: () => [server.closeAllConnections(), server.close()] });
  return listen(server);
}

/** A receiver that answers with whatever bytes the test wants, once it has heard something. */
async function rawReceiver(onData: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onData(socket));
  });
  opened.push({ close: () => [[...sockets].map((socket) => socket.destroy()), server.close()] });
  return listen(server);
}

function transport(port: number, options: Partial<HttpTransportOptions> = {}): Transport {
  const made = openHttpTransport({
    endpoint: resolveEndpoint('traces', `http://127.0.0.1:${port}/v1/traces`),
    encoding: 'protobuf',
    headers: {},
    userAgent: 'test/1',
    maxResponseBytes: 10_000,
    maxConnections: 3,
    keepAlive: true,
    ...options,
  });
  opened.push(made);
  return made;
}

const body = [Buffer.from('one'), Buffer.from('two')];

function post(to: Transport, timeoutMillis = 5_000): Promise<SendResult> {
  return to.send({ body, byteLength: 6, timeoutMillis });
}

const reply =
  (status: number, headers: Record<string, string> = {}, text: string | Buffer = '') =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(text);
  };

async function resultOf(
  listener: RequestListener,
  options?: Partial<HttpTransportOptions>,
): Promise<SendResult> {
  return post(transport(await receiver(listener), options));
}

async function rawResultOf(onData: (socket: Socket) => void, timeoutMillis?: number): Promise<SendResult> {
  return post(transport(await rawReceiver(onData)), timeoutMillis);
}

describe('the request', () => {
  it('carries content type, length, user agent and the headers given, fixed and dynamic', async () => {
    let seen: IncomingMessage['headers'] = {};
    const port = await receiver((request, response) => {
      seen = request.headers;
      response.end();
    });
    let asked = 0;
    const headers = { a: 'fixed', b: 'fixed' };
    const dynamicHeaders = async (): Promise<Record<string, string>> => ({ B: `asked ${++asked}` });
    const to = transport(port, { headers, dynamicHeaders });
    assert.deepEqual(await post(to), {
      kind: 'accepted',
      rejected: 0,
      status: { 'http.response.status_code': 200 },
    });
    assert.equal(seen['content-type'], 'application/x-protobuf');
    assert.equal(seen['content-length'], '6');
    assert.equal(seen['user-agent'], 'test/1');
    assert.equal(seen['accept-encoding'], 'gzip');
    assert.equal(seen['content-encoding'], undefined);
    assert.equal(seen['a'], 'fixed');
    assert.equal(seen['b'], 'asked 1');
    await to.send({ body, byteLength: 6, contentEncoding: 'gzip', timeoutMillis: 0 });
    assert.equal(seen['content-encoding'], 'gzip');
    assert.equal(seen['b'], 'asked 2');
  });

  it('sends credentials of the URL as Basic, unless a header says otherwise', async () => {
    const seen: (string | undefined)[] = [];
    const port = await receiver((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const endpoint = resolveEndpoint('traces', `http://me:pw@127.0.0.1:${port}/`);
    await post(transport(port, { endpoint }));
    await post(transport(port, { endpoint, headers: { authorization: 'Bearer x' } }));
    assert.deepEqual(seen, [`Basic ${btoa('me:pw')}`, 'Bearer x']);
  });

  it('keeps its connections, and no more than it may', async () => {
    const ports = new Set<number | undefined>();
    const port = await receiver((request, response) => {
      ports.add(request.socket.remotePort);
      setTimeout(() => response.end(), 5);
    });
    const to = transport(port);
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 9 }, () => post(to)));
    }
    assert.equal(ports.size, 3);
  });

  it('goes again at once over a new connection when the kept one was closed meanwhile', async () => {
    let requests = 0;
    const port = await rawReceiver((socket) => {
      requests++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      // The next request on this connection is answered with a reset, as by a server whose idle timeout has passed.
      socket.once('data', () => socket.resetAndDestroy());
    });
    const to = transport(port);
    assert.equal((await post(to)).kind, 'accepted');
    assert.equal((await post(to)).kind, 'accepted');
    assert.equal(requests, 2);
  });

  it('lets go of connections whose receiver says how long it waits, before that is over', async () => {
    const opened: number[] = [];
    const answer = (seconds: number): Promise<number> =>
      rawReceiver((socket) => {
        opened.push(seconds);
        const say = (): void => {
          socket.write(
            `HTTP/1.1 200 OK\r\nKeep-Alive: max=9, timeout=${seconds}\r\nContent-Length: 0\r\n\r\n`,
          );
        };
        say();
        socket.on('data', say);
      });
    for (const seconds of [1, 2]) {
      const to = transport(await answer(seconds));
      assert.equal((await post(to)).kind, 'accepted');
      assert.equal((await post(to)).kind, 'accepted');
    }
    assert.deepEqual(opened, [1, 1, 2]);
  });

  it('takes no connection again on which something came that nobody asked for', async () => {
    let connections = 0;
    const port = await rawReceiver((socket) => {
      connections++;
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n${connections === 1 ? 'HTTP/1.1 500 No' : ''}`,
      );
    });
    const to = transport(port);
    assert.equal((await post(to)).kind, 'accepted');
    assert.equal((await post(to)).kind, 'accepted');
    assert.equal(connections, 2);
  });

  it('waits for a connection no longer than its time, and lets the next one have it', async () => {
    const port = await receiver((_, response) => void setTimeout(() => response.end(), 120));
    const to = transport(port, { maxConnections: 1 });
    const [first, second, third] = await Promise.all([post(to), post(to, 40), post(to)]);
    assert.deepEqual([first.kind, second.kind, third.kind], ['accepted', 'retryable', 'accepted']);
    assert.match((second as { message: string }).message, /no answer within 40 ms/);
  });

  it('fails as retryable when the header function throws, rejects, gives nonsense or never answers', async () => {
    const port = await receiver(reply(200));
    const functions: (() => unknown)[] = [
      () => {
        throw new Error('no token');
      },
      () => Promise.reject(new Error('no token')),
      () => ({ a: 'secret\n' }),
      () => 'secret',
      () => new Promise(() => undefined),
    ];
    for (const dynamicHeaders of functions) {
      const result = await post(
        transport(port, { dynamicHeaders: dynamicHeaders as () => Record<string, string> }),
        50,
      );
      assert.equal(result.kind, 'retryable');
      assert.match((result as { message: string }).message, /header function failed/);
      assert.doesNotMatch((result as { message: string }).message, /secret/);
    }
  });

  it('uses an agent of the application, asked for once, and says when it is none', async () => {
    const { Agent } = await import('node:http');
    const port = await receiver(reply(200));
    let asked = 0;
    const agent = new Agent();
    const agentFactory = async (protocol: string): Promise<unknown> => {
      asked++;
      assert.equal(protocol, 'http:');
      return agent;
    };
    const to = transport(port, { agentFactory });
    await Promise.all([post(to), post(to)]);
    assert.equal(asked, 1);
    const wrong = await post(transport(port, { agentFactory: () => ({}) }));
    assert.match((wrong as { message: string }).message, /agent could not be made.*no http\.Agent/);
  });
});

describe('the answer', () => {
  it('is retryable for 429, 502, 503 and 504 and for no other status', async () => {
    const kinds = new Map<number, string>();
    let status = 0;
    const to = transport(await receiver((request, response) => reply(status)(request, response)));
    for (status of [
      200, 202, 299, 300, 304, 400, 401, 404, 408, 413, 428, 429, 430, 500, 501, 502, 503, 504, 505, 599,
    ]) {
      kinds.set(status, (await post(to)).kind);
    }
    const of = (kind: string): number[] =>
      [...kinds].filter(([, value]) => value === kind).map(([key]) => key);
    assert.deepEqual(of('accepted'), [200, 202, 299]);
    assert.deepEqual(of('retryable'), [429, 502, 503, 504]);
  });

  it('brings Retry-After', async () => {
    const result = await resultOf(reply(503, { 'retry-after': '7' }));
    assert.deepEqual(result, {
      kind: 'retryable',
      message: 'HTTP 503',
      retryAfterMillis: 7_000,
      status: { 'http.response.status_code': 503 },
    });
  });

  it('brings a partial success, plain and compressed', async () => {
    const text = JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } });
    const type = { 'content-type': 'application/json' };
    const expected = {
      kind: 'accepted',
      rejected: 2,
      message: 'too old',
      status: { 'http.response.status_code': 200 },
    };
    assert.deepEqual(await resultOf(reply(200, type, text)), expected);
    const packed = { ...type, 'content-encoding': 'gzip' };
    assert.deepEqual(await resultOf(reply(200, packed, gzipSync(text))), expected);
  });

  it('is told apart by whether the whole body had gone out before', async () => {
    const large = Buffer.alloc(64 * 1024 * 1024);
    let sent = 0;
    const request = {
      body: [large],
      byteLength: large.length,
      timeoutMillis: 5_000,
      onBodySent: () => sent++,
    };
    const port = await rawReceiver((socket) => {
      socket.pause();
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    assert.equal((await transport(port).send(request)).kind, 'accepted');
    assert.equal(sent, 0);
    const patient = transport(await receiver(reply(200)));
    assert.equal((await patient.send({ ...request, body, byteLength: 6 })).kind, 'accepted');
    assert.equal(sent, 1);
  });

  it('brings the message of a status', async () => {
    const result = await resultOf(
      reply(400, { 'content-type': 'application/json' }, '{"message":"span 3 has no id"}'),
    );
    assert.equal(result.kind, 'rejected');
    assert.match((result as { message: string }).message, /^HTTP 400 \(span 3 has no id\)/);
  });

  it('that redirects is final, names the target without its secrets and is not followed', async () => {
    let requests = 0;
    for (const location of [
      'http://me:secret@127.0.0.1:1/x?token=secret',
      '/x?token=secret',
      'http://[bad',
      undefined,
    ]) {
      const result = await resultOf((request, response) => {
        requests++;
        reply(302, location === undefined ? {} : { location })(request, response);
      });
      assert.equal(result.kind, 'rejected');
      assert.match((result as { message: string }).message, /HTTP 302: .*redirects are not followed/);
      assert.doesNotMatch((result as { message: string }).message, /secret/);
    }
    assert.equal(requests, 4);
  });

  it('over the limit is final, whatever its status, also when only unpacking shows it', async () => {
    for (const status of [200, 503]) {
      assert.equal(
        (await resultOf(reply(status, {}, 'x'.repeat(10_000)))).kind,
        status === 200 ? 'accepted' : 'retryable',
      );
      const over = await resultOf(reply(status, {}, 'x'.repeat(10_001)));
      assert.equal(over.kind, 'rejected');
      assert.match((over as { message: string }).message, /larger than maxResponseBytes, 10000/);
    }
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const packed = await resultOf(reply(200, { 'content-encoding': 'gzip' }, bomb), {
      maxResponseBytes: 1_000_000,
    });
    assert.equal(packed.kind, 'rejected');
  });

  it('that is a web page is taken as accepted and said', async () => {
    const result = await resultOf(reply(200, { 'content-type': 'text/html' }, '<html>Welcome</html>'));
    assert.match((result as { message: string }).message, /hardly an OTLP receiver/);
  });

  it('gives a hint where a setting is probably wrong', async () => {
    for (const [status, hint] of [
      [404, 'v1/traces'],
      [405, 'POST'],
      [401, 'headers'],
      [413, 'maxRequestBytes'],
    ] as const) {
      assert.match(((await resultOf(reply(status))) as { message: string }).message, new RegExp(hint));
    }
  });

  it('counts by its status line when the rest is broken off, late or not decodable', async () => {
    const head = (status: string): string => `HTTP/1.1 ${status}\r\nContent-Length: 100\r\n\r\nhalf`;
    assert.equal((await rawResultOf((socket) => socket.end(head('200 OK')))).kind, 'accepted');
    assert.equal((await rawResultOf((socket) => socket.end(head('503 Busy')))).kind, 'retryable');
    assert.equal((await rawResultOf((socket) => socket.end(head('400 Bad')))).kind, 'rejected');
    assert.equal((await rawResultOf((socket) => void socket.write(head('200 OK')), 100)).kind, 'accepted');
    const garbled = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    assert.equal((await resultOf(reply(200, garbled, 'not gzip'))).kind, 'accepted');
  });
});

describe('a hostile receiver', () => {
  const hostile: [string, (socket: Socket) => void, SendResult['kind'], RegExp][] = [
    ['closes without a word', (socket) => socket.end(), 'retryable', /closed without an answer/],
    ['resets', (socket) => socket.resetAndDestroy(), 'retryable', /ECONNRESET/],
    ['stops inside the status line', (socket) => socket.end('HTTP/1.1 2'), 'retryable', /./],
    ['stops inside the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'), 'retryable', /./],
    ['says nothing', () => undefined, 'retryable', /no answer within 150 ms/],
    [
      'speaks garbage',
      (socket) => socket.end('\x00\x01 nonsense\r\n\r\n'),
      'rejected',
      /not HTTP\/1\.1.*4318/,
    ],
    [
      'speaks HTTP/2, as gRPC servers do',
      (socket) => socket.end(Buffer.from('00000604000000000000', 'hex')),
      'rejected',
      /not HTTP\/1\.1/,
    ],
    [
      'sends megabytes of headers',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(5_000_000)}\r\n\r\n`),
      'rejected',
      /more than 16384 bytes of headers/,
    ],
    [
      'sends interim answers for ever',
      (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(500)),
      'rejected',
      /interim answers/,
    ],
    [
      'switches protocols unasked',
      (socket) => socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      'retryable',
      /./,
    ],
    [
      'trickles its headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('x: y\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      'retryable',
      /no answer within 150 ms/,
    ],
  ];
  for (const [what, onData, kind, message] of hostile) {
    it(`that ${what} gives one result`, async () => {
      const result = await rawResultOf(onData, 150);
      assert.equal(result.kind, kind, JSON.stringify(result));
      assert.match((result as { message: string }).message, message);
    });
  }

  it('that is not there gives one result, with the port of the other protocol explained', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const result = await post(transport(port));
    assert.equal(result.kind, 'retryable');
    assert.match((result as { message: string }).message, /ECONNREFUSED/);
    const endpoint = resolveEndpoint('traces', 'http://127.0.0.1:4317');
    const other = await post(transport(port, { endpoint }));
    assert.match((other as { message: string }).message, /4317 is OTLP over gRPC, OTLP over HTTP is on 4318/);
  });

  it('whose name does not exist gives one result', async () => {
    const endpoint = resolveEndpoint('traces', 'http://no-such-host.invalid/');
    assert.equal((await post(transport(1, { endpoint }))).kind, 'retryable');
  });
});

describe('closing', () => {
  it('ends what is in flight and lets nothing more out', async () => {
    let requests = 0;
    const port = await receiver(() => {
      requests++;
    });
    const to = transport(port);
    const running = post(to);
    while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
    to.close();
    assert.equal((await running).kind, 'retryable');
    assert.equal((await post(to)).kind, 'retryable');
    assert.equal(requests, 1);
  });
});

describe('the description for the way out', () => {
  it('holds what the request would have held', async () => {
    const to = transport(1, {
      headers: { a: '1' },
      dynamicHeaders: () => ({ b: '2' }),
      agentOptions: { ca: 'pem' },
    });
    const described = to.describe({ body, byteLength: 6, contentEncoding: 'gzip', timeoutMillis: 0 });
    assert.equal(described.url, 'http://127.0.0.1:1/v1/traces');
    assert.equal(described.body, body);
    assert.equal(described.byteLength, 6);
    assert.deepEqual(described.agentOptions, { ca: 'pem' });
    assert.equal(described.incomplete, undefined);
    assert.deepEqual(
      { ...described.headers },
      {
        a: '1',
        b: '2',
        'content-type': 'application/x-protobuf',
        'user-agent': 'test/1',
        'content-encoding': 'gzip',
      },
    );
  });

  it('falls back to the headers of the last request, and says when there are none', async () => {
    const port = await receiver(reply(200));
    const dynamicHeaders = async (): Promise<Record<string, string>> => ({ token: 'x' });
    const to = transport(port, { dynamicHeaders });
    const request = { body, byteLength: 6, timeoutMillis: 0 };
    assert.match(to.describe(request).incomplete ?? '', /no headers yet/);
    await post(to);
    assert.equal(to.describe(request).headers['token'], 'x');
    assert.equal(to.describe(request).incomplete, undefined);
  });
});
