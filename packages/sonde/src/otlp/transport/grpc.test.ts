import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Authority } from '../../platform/certificates.fixture.ts';
import { grpcTimeout } from '../../platform/node-grpc-call.ts';
import { type GrpcTransportOptions, openGrpcTransport } from './grpc.ts';
import { resolveGrpcEndpoint } from './grpc-endpoint.ts';
import { framed, GrpcReceiver, reply, replyTrailersOnly } from './grpc-receiver.fixture.ts';
import type { SendRequest, SendResult, Transport } from './send.ts';

const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

async function receiver(options: Parameters<typeof GrpcReceiver.start>[0] = {}): Promise<GrpcReceiver> {
  const started = await GrpcReceiver.start(options);
  opened.push(() => started.stop());
  return started;
}

/** A server of bytes: what it says to what it has heard. */
async function raw(onData: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onData(socket));
  });
  opened.push(() => [[...sockets].map((socket) => socket.destroy()), server.close()]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function transport(target: number | string, options: Partial<GrpcTransportOptions> = {}): Transport {
  const url = typeof target === 'number' ? `http://127.0.0.1:${target}` : target;
  const made = openGrpcTransport({
    signal: 'traces',
    endpoint: resolveGrpcEndpoint('traces', url, undefined),
    headers: {},
    userAgent: 'test/1',
    maxResponseBytes: 1_000,
    keepAlive: true,
    ...options,
  });
  opened.push(() => made.close());
  return made;
}

function request(text = 'hello', options: Partial<SendRequest> = {}): SendRequest {
  const body = [Buffer.from(text.slice(0, 2)), Buffer.alloc(0), Buffer.from(text.slice(2))];
  return { body, byteLength: Buffer.byteLength(text), timeoutMillis: 5_000, ...options };
}

async function resultOf(
  answer: GrpcReceiver['reply'],
  options: Partial<GrpcTransportOptions> = {},
): Promise<SendResult> {
  const server = await receiver();
  server.reply = answer;
  return transport(server.port, options).send(request());
}

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0, status: { 'rpc.status_code': 'OK' } };
const messageOf = (result: SendResult): string => result.message ?? '';

describe('a call', () => {
  it('carries the message, its metadata and its deadline', async () => {
    const server = await receiver();
    const sender = transport(server.port, { headers: { 'x-key': 'v', 'x-bytes-bin': 'AAEC' } });
    assert.deepEqual(await sender.send(request('hello, world')), ACCEPTED);
    const [call] = server.calls;
    assert.equal(call?.message.toString(), 'hello, world');
    assert.equal(call?.compressed, false);
    const { headers } = call!;
    assert.equal(headers[':path'], '/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    assert.equal(headers[':method'], 'POST');
    assert.equal(headers[':authority'], `127.0.0.1:${server.port}`);
    assert.equal(headers['content-type'], 'application/grpc');
    assert.equal(headers['te'], 'trailers');
    assert.equal(headers['user-agent'], 'test/1');
    assert.equal(headers['x-key'], 'v');
    assert.equal(headers['x-bytes-bin'], 'AAEC');
    assert.match(String(headers['grpc-timeout']), /^(4\d{3}|5000)m$/);
    assert.equal(headers['grpc-encoding'], undefined);
  });

  it('goes to the service of its signal', async () => {
    const server = await receiver();
    for (const signal of ['traces', 'metrics', 'logs'] as const)
      await transport(server.port, { signal }).send(request());
    assert.deepEqual(
      server.calls.map(({ headers }) => headers[':path']),
      ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService'].map(
        (name) => `/opentelemetry.proto.collector.${name}/Export`,
      ),
    );
  });

  it('says that its message is compressed', async () => {
    const server = await receiver();
    const packed = gzipSync('packed');
    const sent = {
      body: [packed],
      byteLength: packed.length,
      contentEncoding: 'gzip',
      timeoutMillis: 0,
    } as const;
    assert.deepEqual(await transport(server.port).send(sent), ACCEPTED);
    assert.equal(server.calls[0]?.headers['grpc-encoding'], 'gzip');
    assert.equal(server.calls[0]?.headers['grpc-timeout'], undefined, 'no deadline');
    assert.equal(server.calls[0]?.compressed, true);
    assert.equal(server.calls[0]?.message.toString(), 'packed');
  });

  it('shares one connection with others at the same time, and keeps it', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => sender.send(request(`call ${index}`))),
    );
    assert.ok(results.every(({ kind }) => kind === 'accepted'));
    await sender.send(request());
    assert.equal(server.calls.length, 21);
    assert.equal(server.connections, 1);
  });

  it('takes a connection of its own where connections are not kept', async () => {
    const server = await receiver();
    const sender = transport(server.port, { keepAlive: false });
    await sender.send(request());
    await sender.send(request());
    assert.equal(server.connections, 2);
  });

  it('says when nothing reads its bytes any more', async () => {
    const server = await receiver();
    let sent = 0;
    const onBodySent = (): void => void sent++;
    const sender = transport(server.port);
    await sender.send(request('x'.repeat(1024 * 1024), { onBodySent }));
    assert.equal(sent, 1);
    server.reply = (stream, _call, index) => (index === 1 ? stream.close(7) : reply(stream));
    await sender.send(request('again', { onBodySent }));
    assert.equal(sent, 1, 'the first of two attempts may still hold them');
    server.reply = () => undefined;
    await sender.send(request('late', { onBodySent, timeoutMillis: 50 }));
    assert.equal(sent, 1, 'no answer');
  });

  it('of 8 MiB arrives whole', async () => {
    const server = await receiver();
    const text = 'x'.repeat(8 * 1024 * 1024);
    assert.deepEqual(await transport(server.port).send(request(text)), ACCEPTED);
    assert.equal(server.calls[0]?.message.length, text.length);
  });

  it('goes over a Unix domain socket', async () => {
    const path = join(tmpdir(), `sonde-grpc-${process.pid}.sock`);
    const server = await receiver({ path });
    const sender = transport(`unix:${path}`);
    assert.deepEqual(await sender.send(request()), ACCEPTED);
    assert.equal(server.calls[0]?.headers[':authority'], 'localhost');
    assert.equal(sender.destination, `unix:${path}`);
  });

  it('sends credentials of the URL as metadata, and shows them nowhere', async () => {
    const server = await receiver();
    const sender = transport(`http://me:hunter2@127.0.0.1:${server.port}`);
    await sender.send(request());
    assert.equal(server.calls[0]?.headers.authorization, `Basic ${btoa('me:hunter2')}`);
    assert.ok(!sender.destination.includes('hunter2'));
  });
});

describe('an answer', () => {
  const codes: [number, SendResult['kind']][] = [
    [0, 'accepted'],
    [1, 'retryable'],
    [2, 'rejected'],
    [3, 'rejected'],
    [4, 'retryable'],
    [5, 'rejected'],
    [6, 'rejected'],
    [7, 'rejected'],
    [8, 'rejected'],
    [9, 'rejected'],
    [10, 'retryable'],
    [11, 'retryable'],
    [12, 'rejected'],
    [13, 'rejected'],
    [14, 'retryable'],
    [15, 'retryable'],
    [16, 'rejected'],
    [17, 'rejected'],
  ];

  it('is retryable for the codes of the specification, in trailers and in headers alone', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    for (const [code, kind] of codes) {
      server.reply = (stream) =>
        reply(stream, { 'grpc-status': String(code), 'grpc-message': 'why%2C oh why' });
      const result = await sender.send(request());
      assert.equal(result.kind, kind, `status ${code}`);
      if (code !== 0) assert.match(messageOf(result), /\(why, oh why\)/);
      server.reply = (stream) => replyTrailersOnly(stream, { 'grpc-status': String(code) });
      assert.equal((await sender.send(request())).kind, kind, `status ${code} in headers`);
    }
  });

  it('with RetryInfo says how long to wait, and makes RESOURCE_EXHAUSTED retryable', async () => {
    // google.rpc.Status { details: [Any { RetryInfo { retry_delay: 2.5 s } }] }
    const type = 'type.googleapis.com/google.rpc.RetryInfo';
    const duration = Buffer.from([0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
    const info = Buffer.concat([Buffer.from([0x0a, duration.length]), duration]);
    const any = Buffer.concat([
      Buffer.from([0x0a, type.length]),
      Buffer.from(type),
      Buffer.from([0x12, info.length]),
      info,
    ]);
    const status = Buffer.concat([Buffer.from([0x08, 8, 0x1a, any.length]), any]);
    for (const base64 of [status.toString('base64'), status.toString('base64').replace(/=+$/, '')]) {
      const result = await resultOf((stream) =>
        reply(stream, { 'grpc-status': '8', 'grpc-message': 'slow down', 'grpc-status-details-bin': base64 }),
      );
      assert.deepEqual(result, {
        kind: 'retryable',
        message: 'gRPC RESOURCE_EXHAUSTED (slow down)',
        retryAfterMillis: 2_500,
        status: { 'rpc.status_code': 'RESOURCE_EXHAUSTED' },
      });
    }
  });

  it('with a partial success is a success that says what was refused', async () => {
    const text = 'no more';
    const partial = Buffer.concat([Buffer.from([0x08, 3, 0x12, text.length]), Buffer.from(text)]);
    const message = Buffer.concat([Buffer.from([0x0a, partial.length]), partial]);
    const expected = { kind: 'accepted', rejected: 3, message: text, status: { 'rpc.status_code': 'OK' } };
    assert.deepEqual(await resultOf((stream) => reply(stream, { 'grpc-status': '0' }, message)), expected);
    const packed = await resultOf((stream) => {
      stream.respond({ ':status': 200, 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(gzipSync(message), 1));
    });
    assert.deepEqual(packed, expected, 'compressed');
  });

  it('may have as many bytes as allowed and no more, before and after decompression', async () => {
    const fits = await resultOf((stream) => reply(stream, undefined, Buffer.alloc(1_000)));
    assert.equal(fits.kind, 'accepted');
    const large = await resultOf((stream) => reply(stream, undefined, Buffer.alloc(1_001)));
    assert.equal(large.kind, 'rejected');
    assert.match(messageOf(large), /larger than maxResponseBytes, 1000/);
    const bomb = await resultOf((stream) => {
      stream.respond({ ':status': 200, 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(gzipSync(Buffer.alloc(1_001)), 1));
    });
    assert.equal(bomb.kind, 'rejected');
  });

  it('that is nonsense after an OK counts as taken, and is said', async () => {
    const nonsense: Buffer[] = [
      Buffer.from([1]),
      framed(Buffer.from('short')).subarray(0, 7),
      framed(Buffer.from('x'), 2),
      framed(Buffer.from('not gzip'), 1),
      Buffer.concat([framed(Buffer.alloc(0)), framed(Buffer.alloc(0))]),
    ];
    for (const body of nonsense) {
      const result = await resultOf((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(body);
      });
      assert.equal(result.kind, 'accepted');
      assert.match(messageOf(result), /could not be read/);
    }
  });

  it('of something else that speaks HTTP/2 is told by its status', async () => {
    const expected: [number, SendResult['kind']][] = [
      [200, 'rejected'],
      [404, 'rejected'],
      [429, 'retryable'],
      [502, 'retryable'],
      [503, 'retryable'],
      [504, 'retryable'],
      [500, 'rejected'],
    ];
    for (const [status, kind] of expected) {
      const result = await resultOf((stream) => {
        stream.respond({ ':status': status, 'content-type': 'text/html' });
        stream.end('<html>');
      });
      assert.equal(result.kind, kind, String(status));
      assert.match(messageOf(result), new RegExp(`HTTP ${status}`));
    }
  });

  it('whose grpc-status is no number is no answer of gRPC', async () => {
    const result = await resultOf((stream) => reply(stream, { 'grpc-status': 'fine' }));
    assert.equal(result.kind, 'rejected');
    assert.match(messageOf(result), /no grpc-status/);
  });

  it('with headers without end is given up', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'y'.repeat(200)]),
    );
    const result = await resultOf((stream) => reply(stream, undefined, undefined, headers));
    assert.notEqual(result.kind, 'accepted');
  });

  it('that comes before the message is whole ends the call', async () => {
    const server = createServer();
    opened.push(() => server.close());
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      replyTrailersOnly(stream, { 'grpc-status': '16', 'grpc-message': 'no' });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sender = transport((server.address() as AddressInfo).port);
    const result = await sender.send(request('x'.repeat(8 * 1024 * 1024)));
    assert.match(messageOf(result), /gRPC UNAUTHENTICATED \(no\)/);
    sender.close();
  });
});

describe('a connection', () => {
  it('that is refused can be tried again', async () => {
    const result = await transport('http://127.0.0.1:9').send(request());
    assert.equal(result.kind, 'retryable');
    assert.match(messageOf(result), /ECONNREFUSED/);
  });

  it('that breaks before the answer can be tried again, on a new one', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    server.reply = (_stream, call) => call.session?.destroy();
    assert.equal((await sender.send(request())).kind, 'retryable');
    server.reply = (stream) => reply(stream);
    assert.deepEqual(await sender.send(request()), ACCEPTED);
    assert.equal(server.connections, 2);
  });

  it('that the receiver closes while it is idle is replaced without a failure', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    await sender.send(request());
    for (const session of server.sessions) session.destroy();
    assert.deepEqual(await sender.send(request()), ACCEPTED);
    assert.equal(server.calls.length, 2);
  });

  it('that gets GOAWAY lets running calls end and begins new ones elsewhere', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    let finish = (): void => undefined;
    server.reply = (stream, call, index) => {
      if (index > 0) return reply(stream);
      call.session?.goaway(0);
      finish = () => reply(stream);
    };
    const first = sender.send(request('first'));
    while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await sender.send(request('second')), ACCEPTED);
    finish();
    assert.deepEqual(await first, ACCEPTED);
    assert.equal(server.connections, 2);
  });

  it('that refuses a stream gets it once more, at once', async () => {
    const server = await receiver();
    server.reply = (stream, _call, index) => {
      if (index === 0) stream.close(7);
      else reply(stream);
    };
    assert.deepEqual(await transport(server.port).send(request()), ACCEPTED);
    assert.equal(server.calls.length, 2);
  });

  it('whose stream is reset is told by the code', async () => {
    for (const [code, kind] of [
      [8, 'retryable'],
      [11, 'retryable'],
      [13, 'rejected'],
      [12, 'rejected'],
    ] as const) {
      const result = await resultOf((stream) => stream.close(code));
      assert.equal(result.kind, kind, String(code));
    }
  });

  it('that has fallen silent is left after the deadline', async () => {
    const server = await receiver();
    const sender = transport(server.port);
    await sender.send(request());
    server.reply = () => undefined;
    const result = await sender.send(request('x', { timeoutMillis: 100 }));
    assert.deepEqual(result, {
      kind: 'retryable',
      message: 'no answer within 100 ms',
      isUnreachable: undefined,
    });
    server.reply = (stream) => reply(stream);
    assert.deepEqual(await sender.send(request()), ACCEPTED);
    assert.equal(server.connections, 2);
  });

  it('ends with the transport, and what is in flight with it', async () => {
    const server = await receiver();
    server.reply = () => undefined;
    const sender = transport(server.port);
    const result = sender.send(request());
    while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sender.close();
    assert.deepEqual(await result, {
      kind: 'retryable',
      message: 'the exporter was shut down',
      isUnreachable: undefined,
    });
    assert.equal((await sender.send(request())).kind, 'retryable');
  });
});

describe('an endpoint that speaks something else', () => {
  it('HTTP/1.1 is told, with the ports', async () => {
    const server = createHttpServer((_request, response) => response.end());
    opened.push(() => [server.closeAllConnections(), server.close()]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const result = await transport((server.address() as AddressInfo).port).send(request());
    assert.equal(result.kind, 'rejected');
    assert.match(messageOf(result), /does not speak HTTP\/2.*4317 by default.*HTTP is on 4318/);
  });

  it('HTTP/1.1 over TLS is told', async () => {
    const authority = new Authority();
    for (const create of [
      (options: object) => createHttpsServer({ ...options, ALPNProtocols: ['http/1.1'] }),
      (options: object) => createHttpsServer(options),
    ]) {
      const server = create(authority.issue('localhost'));
      opened.push(() => server.close());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const result = await transport(`https://127.0.0.1:${port}`, { tls: { ca: authority.cert } }).send(
        request(),
      );
      assert.equal(result.kind, 'rejected', messageOf(result));
      assert.match(messageOf(result), /does not speak HTTP\/2/);
    }
  });

  it('any bytes are no harm', async () => {
    for (const bytes of [
      'SSH-2.0-OpenSSH_9.2\r\n',
      '\0\0\0\0\0\0\0\0\0\0',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      '\x16\x03\x01',
    ]) {
      const port = await raw((socket) => socket.end(bytes));
      const result = await transport(port).send(request());
      assert.notEqual(result.kind, 'accepted', JSON.stringify(bytes));
    }
  });
});

describe('outside input', () => {
  it('of any kind in an answer is one of three results', async () => {
    const server = await receiver();
    const sender = transport(server.port, { maxResponseBytes: 200 });
    const header = fc.constantFrom('0', '3', '14', '-1', '1e3', '', 'x', '00', '99999', '999999');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(header, { nil: undefined }),
        fc.base64String(),
        fc.boolean(),
        fc.constantFrom('gzip', 'identity', 'br'),
        async (body, status, details, isPrefixed, encoding) => {
          server.reply = (stream) => {
            stream.respond(
              { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': encoding },
              { waitForTrailers: true },
            );
            const trailers = {
              'grpc-message': encodeURIComponent(details),
              'grpc-status-details-bin': details,
            };
            stream.on('wantTrailers', () =>
              stream.sendTrailers(status === undefined ? trailers : { ...trailers, 'grpc-status': status }),
            );
            stream.end(isPrefixed ? framed(Buffer.from(body), body.length & 1) : Buffer.from(body));
          };
          const { kind } = await sender.send(request());
          if (kind === 'accepted') assert.match(status ?? '', /^0+$/);
          assert.ok(['accepted', 'retryable', 'rejected'].includes(kind));
        },
      ),
      { numRuns: 1_000, verbose: 1 },
    );
    assert.equal(server.connections, 1, 'no answer costs the connection');
  });

  it('of any kind in place of HTTP/2 is a failure', async () => {
    let bytes: Buffer = Buffer.alloc(0);
    const port = await raw((socket) => socket.end(bytes));
    const sender = transport(port);
    const frame = fc
      .tuple(fc.nat(40), fc.nat(12), fc.nat(255), fc.nat(3), fc.uint8Array({ maxLength: 40 }))
      .map(([length, type, flags, id, payload]) =>
        Buffer.concat([Buffer.from([0, 0, length, type, flags, 0, 0, 0, id]), payload]),
      );
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(frame, { maxLength: 4 }), async (isPolite, frames) => {
        bytes = Buffer.concat(isPolite ? [settings, ...frames] : frames);
        assert.notEqual((await sender.send(request('x', { timeoutMillis: 2_000 }))).kind, 'accepted');
      }),
      { numRuns: 1_000, verbose: 1 },
    );
  });
});

describe('TLS', () => {
  it('holds the certificate against the authority and the name', async () => {
    const authority = new Authority();
    const server = await receiver({ tls: authority.issue('localhost') });
    const url = `https://localhost:${server.port}`;
    assert.deepEqual(await transport(url, { tls: { ca: authority.cert } }).send(request()), ACCEPTED);
    const unknown = await transport(url).send(request());
    assert.equal(unknown.kind, 'retryable');
    assert.match(messageOf(unknown), /certificate/i);
    const other = await receiver({ tls: authority.issue('elsewhere', { names: ['elsewhere.test'] }) });
    const wrongName = await transport(`https://localhost:${other.port}`, {
      tls: { ca: authority.cert },
    }).send(request());
    assert.match(messageOf(wrongName), /ERR_TLS_CERT_ALTNAME_INVALID/);
    const named = { ca: authority.cert, servername: 'elsewhere.test' };
    assert.deepEqual(
      await transport(`https://localhost:${other.port}`, { tls: named }).send(request()),
      ACCEPTED,
    );
  });

  it('shows the certificate of the client where it is asked for', async () => {
    const authority = new Authority();
    const tls = {
      ...authority.issue('localhost'),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    };
    const server = await receiver({ tls });
    const url = `https://localhost:${server.port}`;
    const mine = { ca: authority.cert, ...authority.issue('client') };
    assert.deepEqual(await transport(url, { tls: mine }).send(request()), ACCEPTED);
    assert.equal((await transport(url, { tls: { ca: authority.cert } }).send(request())).kind, 'retryable');
    assert.equal(server.calls.length, 1);
  });
});

describe('the deadline as gRPC writes it', () => {
  it('has at most eight digits', () => {
    assert.equal(grpcTimeout(0.2), '1m');
    assert.equal(grpcTimeout(99_999_999), '99999999m');
    assert.equal(grpcTimeout(100_000_000), '100000S');
    assert.equal(grpcTimeout(2 ** 31 - 1), '2147484S');
  });
});
