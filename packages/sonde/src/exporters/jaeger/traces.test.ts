import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { giveBackBytes } from '../../otlp/wire/spare-memory.ts';
import { openDatagramClient } from '../../platform/node-datagram.ts';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import type { ExportResult } from '../../sdk/common/export-result.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import { describeExporter } from '../../sdk/pipeline/exporter.contract.ts';
import { fakeSpan } from '../../sdk/traces/fake-span.fixture.ts';
import { TracerProvider, type TracerProviderOptions } from '../../sdk/traces/provider.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { grpcCodec } from './encode-grpc.ts';
import { type ThriftFraming, thriftCodec } from './encode-thrift.ts';
import type { JaegerExporterOptions } from './options.ts';
import { ThriftBinaryWriter } from './thrift-binary.ts';
import { ThriftCompactWriter } from './thrift-compact.ts';
import { readBatch, type ThriftStruct } from './thrift-reader.fixture.ts';
import { JaegerExporter } from './traces.ts';

const PROCESS = { serviceName: undefined, tags: [] };

type Form = 'binary' | 'call-binary' | 'call-compact';

function framing(form: Form, maxBytes = 65_000): ThriftFraming {
  const writer = form === 'call-compact' ? new ThriftCompactWriter() : new ThriftBinaryWriter();
  return {
    writer,
    isCall: form !== 'binary',
    maxBytes: form === 'binary' ? Number.POSITIVE_INFINITY : maxBytes,
  };
}

function messages(spans: readonly ReadableSpan[], form: Form, maxBytes?: number): Buffer[] {
  const codec = thriftCodec(PROCESS, framing(form, maxBytes));
  return codec.encode(spans, spans.length).map((batch) => Buffer.concat(codec.complete(batch)));
}

const batchesOf = (spans: readonly ReadableSpan[], form: Form, maxBytes?: number): ThriftStruct[] =>
  messages(spans, form, maxBytes).map((message) => readBatch(message, form));

const spansIn = (batch: ThriftStruct): ThriftStruct[] => batch[2] as ThriftStruct[];

/** Tags by key: the value's field id with the value. */
function tagsOf(tags: unknown): Record<string, unknown> {
  const entries = (tags as ThriftStruct[]).map((tag) => {
    const { 1: key, 2: type, ...value } = tag as Record<number, unknown>;
    const [[id, content] = []] = Object.entries(value);
    assert.equal(Object.keys(value).length, 1);
    assert.equal(id, String([3, 4, 5, 6, 7][type as number]), 'the type tells the field');
    const text = content instanceof Buffer && type === 0 ? content.toString('utf8') : content;
    return [(key as Buffer).toString('utf8'), text];
  });
  return Object.fromEntries(entries);
}

function ended(
  record: (provider: TracerProvider) => void,
  options: TracerProviderOptions = {},
): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  const keep = { onStart() {}, onEnd: (span: ReadableSpan) => void spans.push(span), ...idle };
  record(new TracerProvider({ ...options, spanProcessors: [keep] }));
  return spans;
}

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(`${error.code} ${error.message}`));
});
afterEach(() => {
  setGlobalErrorHandler(undefined);
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});

describe('the Thrift encodings', () => {
  it('read back as the same message, both of them, whatever the values are', () => {
    const seed = Number(process.env['SONDE_SEED'] ?? Date.now() % 1e9);
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.double(),
      fc.maxSafeInteger(),
      fc.boolean(),
      int64,
      fc.uint8Array({ maxLength: 200 }),
      fc.constant(null),
      fc.jsonValue(),
    );
    // Of keys with a lone surrogate two may become one.
    const attributes = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), value, { maxKeys: 20 });
    const id = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
    fc.assert(
      fc.property(
        attributes,
        fc.string({ unit: 'binary' }),
        attributes,
        id(32),
        id(16),
        (given, name, more, trace, span) => {
          const link = {
            context: { traceId: trace, spanId: span, traceFlags: 0 },
            attributes: more as never,
          };
          const [made] = ended((provider) => {
            const tracer = provider.getTracer('t', '1');
            const started = tracer.startSpan(name, { kind: 1, links: [link] });
            started
              .setAttributes(given as never)
              .addEvent(name, more as never)
              .end();
          });
          const [plain] = batchesOf([made!], 'binary');
          assert.deepEqual(batchesOf([made!], 'call-binary')[0], plain);
          assert.deepEqual(batchesOf([made!], 'call-compact')[0], plain);
          const [read] = spansIn(plain!);
          const tags = tagsOf(read![10]);
          for (const [key, kept] of Object.entries(made!.attributes)) {
            if (key === 'span.kind') continue;
            const arrived = tags[Buffer.from(key).toString('utf8')];
            if (typeof kept === 'bigint' || (Number.isSafeInteger(kept) && !Object.is(kept, -0))) {
              assert.equal(arrived, BigInt(kept as number));
            } else if (kept instanceof Uint8Array) assert.deepEqual(arrived, Buffer.from(kept));
            else if (typeof kept === 'number' && !Number.isFinite(kept)) assert.equal(arrived, String(kept));
            else if (typeof kept === 'number' || typeof kept === 'boolean')
              assert.ok(Object.is(arrived, kept));
          }
          const [reference] = read![6] as ThriftStruct[];
          assert.equal(reference![4], BigInt.asIntN(64, BigInt(`0x${span}`)));
          assert.equal(reference![3], BigInt.asIntN(64, BigInt(`0x${trace.slice(0, 16)}`)));
        },
      ),
      { numRuns: 1_000, seed },
    );
  });

  it('fill a datagram to the last byte that it may have, and not beyond', () => {
    const spans = Array.from({ length: 40 }, (_, index) =>
      fakeSpan(`span ${index}`, { attributes: { index } }),
    );
    for (const form of ['call-binary', 'call-compact'] as const) {
      const whole = messages(spans.slice(0, 10), form)[0]!.length;
      // The room kept for the size of the list is all that may stay free.
      for (let max = whole - 2; max <= whole + 12; max++) {
        const sent = messages(spans.slice(0, 10), form, max);
        assert.ok(
          sent.every((message) => message.length <= max),
          `${form} ${max}`,
        );
        if (max >= whole + 8) assert.equal(sent.length, 1);
        if (max < whole) assert.equal(sent.length, 2);
      }
      for (const max of [600, 1_000, 3_000]) {
        const batches = batchesOf(spans, form, max);
        assert.ok(messages(spans, form, max).every((message) => message.length <= max));
        const names = batches.flatMap(spansIn).map((span) => String(span[5]));
        assert.deepEqual(
          names,
          spans.map(({ name }) => name),
        );
      }
    }
  });

  it('give each datagram memory of its own: what one gives back is not another one’s', () => {
    const spans = Array.from({ length: 512 }, (_, index) =>
      fakeSpan(`span ${index}`, { attributes: { text: 'x'.repeat(500) } }),
    );
    const codec = thriftCodec(PROCESS, framing('call-compact'));
    const batches = codec.encode(spans, spans.length);
    assert.ok(batches.length > 2);
    const before = batches.map((batch) => Buffer.concat(codec.complete(batch)));
    const [first, ...others] = batches;
    giveBackBytes(first!.scopes);
    codec.encode(spans.toReversed(), spans.length);
    messages(spans.toReversed(), 'binary');
    for (const [index, batch] of others.entries()) {
      assert.deepEqual(Buffer.concat(codec.complete(batch)), before[index + 1]);
    }
  });

  it('keep one process a message, and wait for its attributes', async () => {
    const late = resourceFromAttributes({
      'service.name': Promise.resolve('late'),
      zone: Promise.resolve('z'),
    });
    const record = (provider: TracerProvider): void => provider.getTracer('t').startSpan('s').end();
    const spans = [
      ...ended(record, { resource: late }),
      fakeSpan('other'),
      ...ended(record, { resource: late }),
    ];
    const codec = thriftCodec({ serviceName: undefined, tags: [['zone', 'mine']] }, framing('call-compact'));
    const batches = codec.encode(spans, 3);
    await late.waitForAsyncAttributes?.();
    const read = batches.map((batch) => readBatch(Buffer.concat(codec.complete(batch)), 'call-compact'));
    const processes = read.map((batch) => batch[1] as ThriftStruct);
    assert.deepEqual(processes.map((each) => String(each[1])).sort(), ['late', 'late', 'test']);
    assert.ok(processes.every((each) => tagsOf(each[2])['zone'] === 'mine'));
  });

  it('leave out a span that throws in the middle, and stay sound', () => {
    let asked = 0;
    const attributes = { before: 1 };
    Object.defineProperty(attributes, 'later', {
      enumerable: true,
      get: () => {
        if (++asked > 0) throw new Error('no');
      },
    });
    const nested = fakeSpan('nested', {
      attributes: {
        list: [
          new Proxy(
            {},
            {
              ownKeys: () => {
                throw new Error('no');
              },
            },
          ),
        ] as never,
      },
    });
    const spans = [fakeSpan('a'), fakeSpan('hostile', { attributes }), nested, fakeSpan('b')];
    for (const form of ['binary', 'call-binary', 'call-compact'] as const) {
      assert.deepEqual(
        batchesOf(spans, form)
          .flatMap(spansIn)
          .map((span) => String(span[5])),
        ['a', 'b'],
      );
    }
    assert.equal(grpcCodec(PROCESS).encode(spans, 4)[0]?.count, 2);
    assert.ok(said.some((line) => line.startsWith('encoding_failed')));
  });

  it('map what a span is to tags, each key once', () => {
    const [span] = ended((provider) => {
      const made = provider
        .getTracer('lib', '2', { attributes: { shard: 1, own: 1 } })
        .startSpan('s', { kind: 4 });
      made.setAttributes({ own: 'span', error: 'mine', 'span.kind': 'mine', 'otel.status_code': 'mine' });
      made.addEvent('name', { event: 'attribute' }).addEvent('plain');
      made.setStatus({ code: 2, message: 'bad' }).end();
    });
    const [read] = spansIn(batchesOf([span!], 'binary')[0]!);
    const keys = (read![10] as ThriftStruct[]).map((tag) => String(tag[1]));
    assert.equal(new Set(keys).size, keys.length);
    const tags = tagsOf(read![10]);
    assert.deepEqual(
      [
        tags['own'],
        tags['error'],
        tags['span.kind'],
        tags['otel.status_code'],
        tags['otel.status_description'],
      ],
      ['span', true, 'consumer', 'ERROR', 'bad'],
    );
    assert.deepEqual(
      (read![11] as ThriftStruct[]).map((log) => tagsOf(log[2])['event']),
      ['attribute', 'plain'],
    );
  });
});

const exportOf = (exporter: JaegerExporter, ...spans: ReadableSpan[]): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(spans, resolve));

async function agentSocket(): Promise<{ socket: Socket; port: number; next: () => Promise<Buffer> }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, port: socket.address().port, next: async () => (await once(socket, 'message'))[0] };
}

describe('JaegerExporter', () => {
  it('sends by datagram, and by which form the port says', async () => {
    const { socket, port, next } = await agentSocket();
    for (const protocol of ['udp/thrift.binary', 'udp/thrift.compact', undefined] as const) {
      const message = next();
      const exporter = new JaegerExporter({ host: '127.0.0.1', port, protocol });
      assert.equal((await exportOf(exporter, fakeSpan('s'))).error, undefined);
      const form = protocol === 'udp/thrift.compact' ? 'call-compact' : 'call-binary';
      assert.equal(String(spansIn(readBatch(await message, form))[0]?.[5]), 's');
      await exporter.shutdown();
    }
    socket.close();
  });

  it('obeys the variables, and the code before them', async () => {
    const { socket, port, next } = await agentSocket();
    process.env['OTEL_EXPORTER_JAEGER_AGENT_HOST'] = '127.0.0.1';
    process.env['OTEL_EXPORTER_JAEGER_AGENT_PORT'] = String(port);
    process.env['OTEL_EXPORTER_JAEGER_PROTOCOL'] = 'UDP/thrift.compact';
    const message = next();
    const exporter = new JaegerExporter();
    await exportOf(exporter, fakeSpan('s'));
    readBatch(await message, 'call-compact');
    await exporter.shutdown();
    const again = next();
    const other = new JaegerExporter({ protocol: 'udp/thrift.binary' });
    await exportOf(other, fakeSpan('s'));
    readBatch(await again, 'call-binary');
    await other.shutdown();
    socket.close();
  });

  it('says that nobody listens, and goes on', async () => {
    const { socket, port } = await agentSocket();
    socket.close();
    const exporter = new JaegerExporter({ host: '127.0.0.1', port, timeoutMillis: 2_000 });
    for (let round = 0; round < 5; round++) {
      await exportOf(exporter, fakeSpan('lost'));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await exporter.shutdown().catch(() => undefined);
    assert.match(
      said.join('\n'),
      /jaeger_udp_refused Nobody takes datagrams at udp:\/\/127\.0\.0\.1|ECONNREFUSED/,
    );
  });

  it('fails for a host that does not exist, within its time', async () => {
    const exporter = new JaegerExporter({ host: 'nowhere.invalid', timeoutMillis: 300 });
    const { error } = await exportOf(exporter, fakeSpan());
    assert.match(error?.message ?? '', /ENOTFOUND|EAI_AGAIN|longer than|timeout|not sent/);
    await exporter.shutdown();
  });

  it('drops one span that is larger than a datagram may be', async () => {
    const exporter = new JaegerExporter({ host: '127.0.0.1', port: 9, maxPacketSize: 1_000 });
    const { error } = await exportOf(exporter, fakeSpan('x'.repeat(1_000)));
    assert.match(error?.message ?? '', /1 spans lost \(too_large\).*maxPacketSize is 1000/);
    await exporter.shutdown();
  });

  it('authenticates at the collector, by HTTP and gRPC, and never shows the password', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      request.resume().on('end', () => response.writeHead(401).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/traces`;
    const exporter = new JaegerExporter({ endpoint, username: 'me', password: 'geheim' });
    const { error } = await exportOf(exporter, fakeSpan());
    assert.equal(seen[0], `Basic ${Buffer.from('me:geheim').toString('base64')}`);
    assert.match(error?.message ?? '', /HTTP 401; the collector wants credentials/);
    assert.ok(!error?.message.includes('geheim'));
    await exporter.shutdown();
    server.closeAllConnections();
    server.close();
  });

  it('calls PostSpans by gRPC', async () => {
    const { server, port, calls } = await grpcCollector();
    const exporter = new JaegerExporter({ protocol: 'grpc', endpoint: `http://127.0.0.1:${port}` });
    assert.equal((await exportOf(exporter, fakeSpan('s'))).error, undefined);
    assert.deepEqual(calls, ['/jaeger.api_v2.CollectorService/PostSpans']);
    await exporter.shutdown();
    server.close();
  });

  it('refuses wrong options by name', () => {
    const wrong: [unknown, RegExp][] = [
      [null, /Jaeger exporter: null given/],
      [{ protocol: 'http' }, /option protocol: "http" given; allowed: "http\/thrift.binary", "grpc"/],
      [{ endpoint: 'localhost:14268' }, /option endpoint: .* scheme "localhost:"/],
      [{ endpoint: '' }, /option endpoint: "" is not a URL/],
      [{ endpoint: 'http://u:p@' }, /option endpoint: "http:\/\/\[not shown\]@"/],
      [{ protocol: 'grpc', endpoint: 'unix:/x' }, /option endpoint: .*14250/],
      [{ host: '' }, /option host: "" given/],
      [{ host: 'http://host' }, /option host: "http:\/\/host" given; allowed: a host name/],
      [{ host: 'host:6831' }, /option host/],
      [{ host: 'a b' }, /option host/],
      [{ host: 'user@host' }, /option host/],
      [{ port: 0 }, /option port: 0 given; allowed: a whole number from 1 to 65535/],
      [{ port: 65_536 }, /option port: 65536/],
      [{ port: '6831' }, /option port: "6831"/],
      [{ maxPacketSize: 511 }, /option maxPacketSize: 511/],
      [{ maxPacketSize: 65_508 }, /option maxPacketSize: 65508/],
      [{ tags: 'a' }, /option tags: "a" given; allowed: an array/],
      [{ tags: [null] }, /option tags: undefined|option tags: null/],
      [{ tags: [{ key: 'a', value: {} }] }, /option tags/],
      [{ username: '' }, /option username/],
      [{ username: 'a', password: 5 }, /option password: a number given/],
      [{ serviceName: 5 }, /option serviceName/],
      [{ headers: { 'a b': 'c' } }, /Jaeger exporter option headers: "a b"/],
      [{ timeoutMillis: Number.NaN }, /option timeoutMillis: NaN/],
    ];
    for (const [options, words] of wrong) {
      assert.throws(
        () => new JaegerExporter(options as JaegerExporterOptions),
        words,
        JSON.stringify(options),
      );
    }
    for (const host of ['localhost', '::1', '[::1]', '10.0.0.1', 'jaeger-agent.svc']) {
      assert.doesNotThrow(() => new JaegerExporter({ host, port: 65_535, maxPacketSize: 65_507 }));
    }
  });
});

/** An HTTP/2 server that answers every call with an empty message and status 0. */
async function grpcCollector(): Promise<{ server: Http2Server; port: number; calls: string[] }> {
  const calls: string[] = [];
  const server = createHttp2();
  server.on('stream', (stream, headers) => {
    calls.push(String(headers[':path']));
    stream.resume();
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(5));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, calls };
}

let close: () => void = () => undefined;
const collectors: Record<string, () => Promise<JaegerExporter>> = {
  'http/thrift.binary': async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(202).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    return new JaegerExporter({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/traces`,
    });
  },
  grpc: async () => {
    const { server, port } = await grpcCollector();
    close = () => server.close();
    return new JaegerExporter({ protocol: 'grpc', endpoint: `http://127.0.0.1:${port}` });
  },
  'udp/thrift.compact': async () => {
    const { socket, port } = await agentSocket();
    close = () => socket.close();
    return new JaegerExporter({ protocol: 'udp/thrift.compact', host: '127.0.0.1', port });
  },
};
for (const [protocol, create] of Object.entries(collectors)) {
  describeExporter<ReadableSpan>(`JaegerExporter by ${protocol}`, {
    create,
    record: fakeSpan,
    dispose: () => close(),
  });
}

describe('datagrams that the system does not take', () => {
  it('tell why, and leave no socket behind', async () => {
    // Connecting to the broadcast address is not allowed without asking for it.
    const refused: Error[] = [];
    const options = {
      host: '255.255.255.255',
      port: 9,
      onRefused: (error: Error) => void refused.push(error),
    };
    const client = openDatagramClient(options);
    const open = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap' || name === 'UDPWRAP').length;
    const before = open();
    for (let round = 0; round < 5; round++) {
      await assert.rejects(async () => client?.send(new Uint8Array(1)), /EACCES|ENETUNREACH/);
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(open() <= before, `${open()} sockets, ${before} before`);
    client?.close();
  });
});
