/**
 * The same program with and without us, on the same bytes: what goes over the wire and what the application sees have to
 * be the same, whatever the bytes are and wherever the connection breaks.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Server as TcpServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { MetricBed } from '../../testing/metric-bed.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { HttpInstrumentation } from './instrumentation.ts';

const bed = new SpanBed();
const metricBed = new MetricBed(false);
const instrumentation = new HttpInstrumentation({
  headersToSpanAttributes: { server: { requestHeaders: ['host', 'x-odd'], responseHeaders: ['x-answer'] } },
  bodySizeMetrics: true,
});
instrumentation.setMeterProvider(metricBed.provider);
instrumentation.disable();
after(() => instrumentation.disable());

/** Listens to everything that a message says, in order. */
function hear(log: string[], name: string, message: IncomingMessage | ServerResponse): void {
  for (const event of ['data', 'end', 'close', 'aborted', 'error', 'finish']) {
    message.on(event, (value?: unknown) => {
      const detail = value instanceof Uint8Array ? value.length : value instanceof Error ? value.message : '';
      log.push(`${name} ${event} ${detail}`.trim());
    });
  }
}

/** An application that does something else for each path, and an answer for each of its moods. */
function application(log: string[]): http.RequestListener {
  return (request, response) => {
    response.sendDate = false;
    log.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`);
    log.push(Object.keys(request.headers).join());
    const mood = (request.url?.length ?? 0) % 5;
    if (mood < 4) hear(log, 'request', request);
    hear(log, 'response', response);
    response.setHeader('X-Answer', ['a', 'b']);
    if (mood === 0) request.on('end', () => response.end(`mood ${mood}`));
    else if (mood === 1) response.writeHead(404, 'No\u00e9', { 'X-More': '1' }).end();
    else if (mood === 2) {
      response.write('first');
      setImmediate(() => response.end('second', () => log.push('ended')));
    } else if (mood === 3) request.pipe(response);
    else response.destroy();
  };
}

async function serve(pieces: readonly string[], breaksAt: number): Promise<{ log: string[]; bytes: string }> {
  const log: string[] = [];
  const server: Server = http.createServer({ keepAliveTimeout: 5000 }, application(log));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    log.push(`clientError ${error.code}`);
    socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    log.push(`upgrade ${request.url} ${head.length}`);
    socket.on('error', () => {}).resume();
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  server.on('connect', (request, socket) => {
    log.push(`connect ${request.url}`);
    socket.on('error', () => {}).resume();
    socket.end('HTTP/1.1 200 OK\r\n\r\ntunnel');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.setNoDelay(true);
  let bytes = '';
  socket.on('data', (chunk) => {
    bytes += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const [index, piece] of pieces.entries()) {
    if (index === breaksAt) socket.destroy();
    if (!socket.destroyed) socket.write(piece, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!socket.destroyed) socket.end();
  if (!socket.closed) await within(once(socket, 'close'));
  await settled(log);
  server.closeAllConnections();
  await within(new Promise((resolve) => server.close(resolve)));
  await settled(log);
  return { log, bytes };
}

/** A connection that an application lets hang is not waited for. */
function within(event: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, 100);
  });
  return Promise.race([event, limit]).finally(() => clearTimeout(timer));
}

/** Until nothing has been said for some turns of the event loop. */
async function settled(log: readonly string[]): Promise<void> {
  let length = -1;
  while (length !== log.length) {
    length = log.length;
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const crlf = '\r\n';
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'PROPFIND') },
  { weight: 1, arbitrary: fc.constantFrom('OPTIONS', 'CONNECT', 'BREW', 'get') },
);
const target = fc.oneof(
  fc.constantFrom(
    '/a',
    '/ab',
    '/abc',
    '/abcd',
    '/',
    '*',
    'http://a:b@c/d?e=f#g',
    '//x',
    '/%zz?sig=%',
    '',
    '/a?b?c&sig=&',
    '[::1]:80',
  ),
  fc.string({ maxLength: 20 }).map((text) => `/${text}`),
);
const headerName = fc.constantFrom(
  'Host',
  'traceparent',
  'tracestate',
  'baggage',
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'User-Agent',
  '__proto__',
  'x-odd',
  'Cookie',
);
const headerValue = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'a',
      '',
      '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'for="[',
      'a=b,,=',
      '::',
    ),
  },
);
const header = fc.tuple(headerName, headerValue).map(([name, value]) => `${name}: ${value}`);
const body = fc.oneof(
  fc.constant({ head: [] as string[], text: '' }),
  fc.string({ maxLength: 40 }).map((text) => ({ head: [`Content-Length: ${text.length}`], text })),
  fc.string({ minLength: 1, maxLength: 20 }).map((text) => ({
    head: ['Transfer-Encoding: chunked'],
    text: `${text.length.toString(16)}${crlf}${text}${crlf}0${crlf}${crlf}`,
  })),
  fc.constant({ head: ['Upgrade: x', 'Connection: Upgrade'], text: 'head' }),
  fc.constant({ head: ['Expect: 100-continue', 'Content-Length: 4'], text: 'body' }),
);
const request = fc
  .tuple(method, target, fc.array(header, { maxLength: 4 }), body)
  .map(([verb, path, headers, { head, text }]) =>
    [`${verb} ${path} HTTP/1.1`, 'Host: a', ...headers, ...head, '', text].join(crlf),
  );
const cuts = fc.array(fc.nat(400), { maxLength: 3 });

function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...places].sort((a, b) => a - b).filter((place) => place < text.length);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

describe('a server with us and without', () => {
  it('says the same on the wire and to its application, whatever comes', async () => {
    let served = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 3 }),
        cuts,
        fc.integer({ min: -3, max: 3 }),
        async (requests, places, breaksAt) => {
          const pieces = cut(requests.join(''), places);
          const bare = await serve(pieces, breaksAt);
          bed.reset();
          instrumentation.enable();
          const instrumented = await serve(pieces, breaksAt).finally(() => instrumentation.disable());
          served += bed.spans.length;
          if (breaksAt >= 0 && breaksAt < pieces.length) {
            // What reaches the server before a break is a race of the two ends; what it does with it is not.
            assert.deepEqual(new Set(instrumented.log.map(kindOf)).has('TypeError'), false);
            return;
          }
          assert.equal(instrumented.bytes, bare.bytes);
          assert.deepEqual(instrumented.log, bare.log);
          const requestsSeen = bare.log.filter((line) => / \[".*"\]$/.test(line)).length;
          assert.equal(bed.spans.length, requestsSeen);
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(served > 100, `only ${served} requests reached the application`);
  });
});

function kindOf(line: string): string {
  return line.split(' ')[0]!;
}

describe('a client with us and without', () => {
  let server: TcpServer;
  let port = 0;
  let answer = '';
  let received = '';
  before(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer, 'latin1'));
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  async function send(options: http.RequestOptions, text: string): Promise<{ log: string[]; bytes: string }> {
    const log: string[] = [];
    received = '';
    try {
      const sent = http.request({ ...options, host: '127.0.0.1', port, agent: false });
      for (const event of ['response', 'information', 'continue', 'upgrade', 'error', 'finish', 'socket'])
        sent.on(event, (value?: unknown) =>
          log.push(`${event} ${value instanceof Error ? value.message : ''}`),
        );
      sent.on('upgrade', (_response, socket) => socket.destroy());
      sent.on('response', (response: IncomingMessage) => {
        log.push(`${response.statusCode} ${JSON.stringify(response.rawHeaders)}`);
        hear(log, 'response', response);
      });
      sent.end(text);
      if (!sent.closed) await once(sent, 'close').catch(() => once(sent, 'close'));
    } catch (error) {
      log.push(String(error));
    }
    return { log, bytes: received.replace(/traceparent: 00-[0-9a-f-]+\r\n/, '') };
  }

  const answers = fc.oneof(
    fc.constantFrom(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 500 Broken\r\nContent-Length: 10\r\n\r\nshort',
      'HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n',
      'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      '',
    ),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `HTTP/1.1 200 OK\r\n${text}\r\n\r\n`),
  );
  const options = fc.record(
    {
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'BREW', 'a b', ''),
      path: fc.oneof(fc.constantFrom('/', '/a?b', '/é', '/ x', '*'), fc.string({ maxLength: 10 })),
      headers: fc.oneof(
        fc.dictionary(
          fc.constantFrom('X-A', 'Expect', 'User-Agent', 'é', 'Host'),
          fc.string({ maxLength: 9 }),
        ),
        fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }),
      ),
    },
    { requiredKeys: [] },
  );

  it('sends the same but for the traceparent, and sees the same answer or error', async () => {
    let spans = 0;
    await fc.assert(
      fc.asyncProperty(options, answers, fc.string({ maxLength: 10 }), async (given, reply, text) => {
        answer = reply;
        const bare = await send(given as never, text);
        bed.reset();
        instrumentation.enable();
        const instrumented = await send(given as never, text).finally(() => instrumentation.disable());
        spans += bed.spans.length;
        assert.deepEqual(instrumented, bare);
      }),
      { numRuns: 400 },
    );
    assert.ok(spans > 50, `only ${spans} requests were made`);
  });
});
