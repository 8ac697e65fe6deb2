import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { AttributeTemplate } from '../../api/common/attribute-template.ts';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import type { AttributeList } from '../../sdk/common/attributes.ts';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import { describeExporter } from '../../sdk/pipeline/exporter.contract.ts';
import { BatchSpanProcessor } from '../../sdk/traces/batch-processor.ts';
import { fakeSpan } from '../../sdk/traces/fake-span.fixture.ts';
import { TracerProvider, type TracerProviderOptions } from '../../sdk/traces/provider.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { SimpleSpanProcessor } from '../../sdk/traces/simple-processor.ts';
import { zipkinCodec } from './encode.ts';
import { remoteEndpointJson } from './remote-endpoint.ts';
import { ZipkinExporter, type ZipkinExporterOptions } from './traces.ts';

const MAPPING = {
  serviceName: undefined,
  statusCodeTagName: 'otel.status_code',
  statusErrorTagName: 'error',
};

interface Json {
  readonly [key: string]: unknown;
  readonly tags: Record<string, string>;
}

/** What is sent of these spans. */
function encoded(spans: readonly ReadableSpan[], mapping = MAPPING): Json[] {
  const codec = zipkinCodec(mapping);
  return codec
    .encode(spans, spans.length)
    .flatMap((batch) => JSON.parse(Buffer.concat(codec.complete(batch)).toString('utf8')));
}

/** The ended spans of a provider of ours. */
function ended(
  record: (provider: TracerProvider) => void,
  options: TracerProviderOptions = {},
): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const keep = { onStart() {}, onEnd: (span: ReadableSpan) => void spans.push(span) };
  const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  record(new TracerProvider({ ...options, spanProcessors: [{ ...keep, ...idle }] }));
  return spans;
}

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(`${error.code} ${error.message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

describe('the Zipkin encoding', () => {
  it('reads spans of ours and foreign ones alike', () => {
    const [ours] = encoded(
      ended(
        (provider) => {
          const span = provider
            .getTracer('test')
            .startSpan('span', { kind: 2, startTime: [1_767_225_600, 0] });
          span.setAttributes({ a: 'x', n: 1, 'server.address': 'db' });
          span.addEvent('e', { k: 'v' }, [1_767_225_600, 5_000]);
          span.setStatus({ code: 2, message: 'bad' });
          span.end([1_767_225_600, 1_000_000]);
        },
        { resource: resourceFromAttributes({ 'service.name': 'test' }) },
      ),
    );
    const [foreign] = encoded([
      fakeSpan('span', {
        kind: 2,
        attributes: { a: 'x', n: 1, 'server.address': 'db' },
        events: [{ name: 'e', time: [1_767_225_600, 5_000], attributes: { k: 'v' } }],
        status: { code: 2, message: 'bad' },
      }),
    ]);
    const { traceId: _t, id: _i, tags: oursTags, ...rest } = ours!;
    const { traceId: _u, id: _j, tags: foreignTags, ...foreignRest } = foreign!;
    assert.deepEqual(rest, foreignRest);
    for (const [key, text] of Object.entries(foreignTags)) assert.equal(oursTags[key], text, key);
    assert.equal(foreignTags['otel.status_code'], 'ERROR');
    assert.equal(foreignTags['error'], 'bad');
  });

  it('has each key once: status before attribute before scope before resource', () => {
    const resource = resourceFromAttributes({
      'service.name': 's',
      a: 'resource',
      b: 'resource',
      c: 'resource',
    });
    const spans = ended(
      (provider) => {
        const span = provider.getTracer('t', '1', { attributes: { b: 'scope', c: 'scope' } }).startSpan('s');
        span.setAttributes({ c: 'span', error: 'mine', 'otel.status_code': 'mine', ['__proto__']: 'p' });
        span.setStatus({ code: 2 }).end();
      },
      { resource },
    );
    const codec = zipkinCodec(MAPPING);
    const [batch] = codec.encode(spans, 1);
    const text = Buffer.concat(codec.complete(batch!)).toString('utf8');
    for (const key of ['a', 'b', 'c', 'error', 'otel.status_code', '__proto__', 'service.name']) {
      assert.equal(text.split(`"${key}":`).length, 2, key);
    }
    const [{ tags }] = JSON.parse(text);
    assert.deepEqual(
      [tags.a, tags.b, tags.c, tags.error, tags['otel.status_code']],
      ['resource', 'scope', 'span', '', 'ERROR'],
    );
  });

  it('has the attributes that spans share', () => {
    const spans = ended((provider) => {
      const span = provider.getTracer('t').startSpan('s', { kind: 2 });
      const list = (span as unknown as { attributeList: AttributeList }).attributeList;
      const limits = {
        attributeCountLimit: 128,
        attributeValueLengthLimit: Number.POSITIVE_INFINITY,
        attributeValueDepthLimit: 8,
      };
      list.share(new AttributeTemplate(['server.address', 'shared', 'server.port', 80]), limits);
      span.setAttribute('own', true).end();
    });
    const [span] = encoded(spans);
    assert.deepEqual(span?.['remoteEndpoint'], { serviceName: 'shared' });
    assert.deepEqual(
      [span?.tags['server.address'], span?.tags['server.port'], span?.tags['own']],
      ['shared', '80', 'true'],
    );
  });

  it('waits for the resource, and says the same then', async () => {
    const record = (provider: TracerProvider): void =>
      provider
        .getTracer('t')
        .startSpan('s', { attributes: { a: 'span' } })
        .end();
    const late = resourceFromAttributes({
      'service.name': Promise.resolve('late'),
      a: Promise.resolve('resource'),
      b: Promise.resolve('resource'),
    });
    const codec = zipkinCodec(MAPPING);
    const spans = ended(record, { resource: late });
    const [batch] = codec.encode(spans, 1);
    await late.waitForAsyncAttributes?.();
    const [span] = JSON.parse(Buffer.concat(codec.complete(batch!)).toString('utf8'));
    assert.deepEqual(span.localEndpoint, { serviceName: 'late' });
    assert.deepEqual([span.tags.a, span.tags.b], ['span', 'resource']);
    const [settled] = encoded(spans);
    assert.deepEqual(span, settled);
  });

  it('leaves out a span that throws, and says so; the others go', () => {
    const hostile = Object.defineProperty(fakeSpan('hostile'), 'attributes', {
      get: () => {
        throw new Error('no');
      },
    });
    const nested = fakeSpan('nested', {
      attributes: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    });
    assert.deepEqual(
      encoded([hostile, fakeSpan('good'), nested]).map(({ name }) => name),
      ['good'],
    );
    assert.ok(said.some((line) => line.startsWith('encoding_failed')));
  });

  it('writes links and the trace state where the Collector reads them back', () => {
    const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const [span] = encoded([
      fakeSpan('s', {
        links: [
          { context, attributes: { k: 'v' } },
          { context, droppedAttributesCount: 3 },
        ],
      }),
    ]);
    assert.equal(span?.tags['otlp.link.0'], `${context.traceId}|${context.spanId}||{"k":"v"}|0`);
    assert.equal(span?.tags['otlp.link.1'], `${context.traceId}|${context.spanId}||{}|3`);
  });

  it('is valid JSON whose tags are texts, whatever the attributes are', () => {
    const seed = Number(process.env['SONDE_SEED'] ?? Date.now() % 1e9);
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.bigInt(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 8 }),
      fc.jsonValue(),
      fc.array(fc.double()),
    );
    const attributes = fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), value);
    fc.assert(
      fc.property(attributes, fc.string({ unit: 'binary' }), attributes, (given, name, eventAttributes) => {
        const spans = ended((provider) => {
          const span = provider.getTracer('t').startSpan(name, { kind: 2 });
          span
            .setAttributes(given as never)
            .addEvent(name, eventAttributes as never)
            .end();
        });
        const [span] = encoded(spans);
        for (const [key, text] of Object.entries(span!.tags)) assert.equal(typeof text, 'string', key);
        const { attributes: kept } = spans[0]!;
        for (const key of Object.keys(kept)) assert.ok(key === 'error' || hasTag(span!, key), key);
        const again = JSON.stringify(encoded(spans)[0]);
        assert.equal(JSON.stringify(span), again, 'the compact and the public form say the same');
      }),
      { numRuns: 1_000, seed },
    );
  });
});

/** A lone surrogate in a key becomes the replacement character. */
function hasTag(span: Json, key: string): boolean {
  return Object.hasOwn(span.tags, Buffer.from(key).toString());
}

describe('the remote endpoint', () => {
  const endpoint = (address: unknown, port?: unknown): unknown => {
    const [span] = ended((provider) =>
      provider
        .getTracer('t')
        .startSpan('s', {
          attributes: { 'network.peer.address': address, 'network.peer.port': port } as never,
        })
        .end(),
    );
    const text = remoteEndpointJson((span as unknown as { attributeList: never }).attributeList);
    return text === '' ? undefined : JSON.parse(`{${text.slice(1)}}`).remoteEndpoint;
  };

  it('tells addresses from names', () => {
    assert.deepEqual(endpoint('255.0.0.1', 1), { ipv4: '255.0.0.1', port: 1 });
    assert.deepEqual(endpoint('256.0.0.1', 65_535), { serviceName: '256.0.0.1', port: 65_535 });
    assert.deepEqual(endpoint('01.0.0.1'), { serviceName: '01.0.0.1' });
    for (const ipv6 of [
      '::',
      '::1',
      '1:2:3:4:5:6:7:8',
      'fe80::1',
      '::ffff:10.0.0.1',
      '1::8',
      '1:2:3:4:5:6:1.2.3.4',
    ]) {
      assert.deepEqual(endpoint(ipv6), { ipv6 }, ipv6);
    }
    for (const name of [
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      ':::',
      '1.2.3.4::',
      'fe80::g',
      '1:2:3:4:5:6:7',
      '/run/db.sock',
    ]) {
      assert.deepEqual(endpoint(name), { serviceName: name }, name);
    }
  });

  it('takes a port that is one, as number or text', () => {
    assert.deepEqual(endpoint('10.0.0.1', '443'), { ipv4: '10.0.0.1', port: 443 });
    for (const port of [0, 65_536, -1, 1.5, '65536', 'http', null, true]) {
      assert.deepEqual(endpoint('10.0.0.1', port), { ipv4: '10.0.0.1' }, String(port));
    }
    assert.equal(endpoint(''), undefined);
    assert.equal(endpoint(7), undefined);
  });
});

describe('ZipkinExporter', () => {
  let server: Server;
  let url: string;
  let answer: (
    body: string,
    headers: NodeJS.Dict<string | string[]>,
  ) => { status: number; text?: string; headers?: NodeJS.Dict<string> };
  const bodies: string[] = [];

  beforeEach(async () => {
    bodies.length = 0;
    answer = () => ({ status: 202 });
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece) => (body += piece));
      request.on('end', () => {
        bodies.push(body);
        const { status, text = '', headers = {} } = answer(body, request.headers);
        response.writeHead(status, headers).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/spans`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  });

  const errorOf = async (options: ZipkinExporterOptions = {}): Promise<Error | undefined> => {
    const exporter = new ZipkinExporter({ url, ...options });
    const result = await new Promise<{ error?: Error | undefined }>((resolve) =>
      exporter.export([fakeSpan()], resolve),
    );
    await exporter.shutdown();
    return result.error;
  };

  it('sends headers of both kinds, those of the function over the others', async () => {
    let seen: NodeJS.Dict<string | string[]> = {};
    answer = (_body, headers) => {
      seen = headers;
      return { status: 202 };
    };
    const headers = { 'x-a': 'fixed', 'x-b': 'fixed' };
    assert.equal(await errorOf({ headers, getExportRequestHeaders: () => ({ 'x-b': 'asked' }) }), undefined);
    assert.equal(seen['x-a'], 'fixed');
    assert.equal(seen['x-b'], 'asked');
    assert.equal(await errorOf({ getExportRequestHeaders: () => undefined }), undefined);
  });

  it('says what a refusal means, and does not send again', async () => {
    for (const [status, words] of [
      [400, /could not read the spans/],
      [404, /\/api\/v2\/spans/],
      [500, /HTTP 500/],
      [301, /redirects are not followed/],
    ] as const) {
      bodies.length = 0;
      answer = () => ({ status, text: 'because' });
      assert.match((await errorOf())?.message ?? '', words);
      assert.equal(bodies.length, 1, String(status));
    }
  });

  it('sends again after a status that says later', async () => {
    let asked = 0;
    answer = () => (++asked === 1 ? { status: 503, headers: { 'retry-after': '0' } } : { status: 202 });
    assert.equal(await errorOf(), undefined);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
  });

  it('splits what is over maxRequestBytes, and drops one span that is too large alone', async () => {
    const exporter = new ZipkinExporter({ url, maxRequestBytes: 1_000 });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('t');
    for (let index = 0; index < 20; index++) tracer.startSpan(`s${index}`).end();
    tracer.startSpan('large', { attributes: { text: 'x'.repeat(1_000) } }).end();
    await provider.forceFlush().catch(() => undefined);
    await provider.shutdown();
    const names = bodies.flatMap((body) => JSON.parse(body).map(({ name }: { name: string }) => name));
    assert.deepEqual(names.sort(), Array.from({ length: 20 }, (_, index) => `s${index}`).sort());
    assert.ok(bodies.every((body) => body.length <= 1_000));
    assert.ok(
      said.some((line) => line.includes('too_large')),
      said.join('\n'),
    );
  });

  it('works behind a simple processor and with a foreign parent', async () => {
    const exporter = new ZipkinExporter({ url, serviceName: 'mine', compression: 'none' });
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
    await provider.shutdown();
    const [[span]] = bodies.map((body) => JSON.parse(body));
    assert.equal(span.localEndpoint.serviceName, 'mine');
  });

  it('refuses wrong options by name', () => {
    const wrong: [unknown, RegExp][] = [
      [7, /Zipkin exporter: 7 given/],
      [{ url: 'localhost:9411' }, /option url: .*localhost:9411.* scheme/],
      [{ url: 'ftp://host/x' }, /option url: .*ftp:/],
      [{ url: '' }, /option url: "" is not a URL/],
      [{ url: 5 }, /option url: 5 given/],
      [{ url: 'http://user:secret@' }, /option url: "http:\/\/\[not shown\]@" is not a URL/],
      [{ serviceName: '' }, /option serviceName: "" given/],
      [{ serviceName: 5 }, /option serviceName: 5 given/],
      [{ statusCodeTagName: 5 }, /option statusCodeTagName: 5/],
      [{ statusErrorTagName: '' }, /option statusErrorTagName/],
      [{ headers: 'x' }, /Zipkin exporter option headers: a string/],
      [{ headers: { 'bad name': 'x' } }, /Zipkin exporter option headers: "bad name"/],
      [{ headers: { 'content-type': 'x' } }, /set by the exporter/],
      [{ getExportRequestHeaders: {} }, /option getExportRequestHeaders: an object given/],
      [{ timeoutMillis: -1 }, /option timeoutMillis: -1 given; allowed: a whole number from 0/],
      [{ timeoutMillis: 2 ** 31 }, /option timeoutMillis/],
      [{ compression: 'br' }, /option compression: "br" given; allowed: "gzip", "none"/],
      [{ maxRequestBytes: 0 }, /option maxRequestBytes: 0/],
      [{ concurrencyLimit: 0 }, /option concurrencyLimit: 0/],
      [{ keepAlive: 'yes' }, /option keepAlive: "yes"/],
      [{ httpAgentOptions: 5 }, /option httpAgentOptions: 5/],
      [{ waitOnShutdown: 1 }, /option waitOnShutdown: 1/],
    ];
    for (const [options, words] of wrong) {
      assert.throws(() => new ZipkinExporter(options as ZipkinExporterOptions), words);
    }
    assert.doesNotThrow(
      () => new ZipkinExporter({ timeoutMillis: 0, maxRequestBytes: 1, url: new URL(url) }),
    );
    assert.doesNotThrow(() => new ZipkinExporter({ timeoutMillis: 2 ** 31 - 1, concurrencyLimit: 10_000 }));
  });
});

let contractServer: Server | undefined;
describeExporter<ReadableSpan>('ZipkinExporter', {
  create: async () => {
    const made = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(202).end());
    });
    contractServer = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return new ZipkinExporter({ url: `http://127.0.0.1:${(made.address() as AddressInfo).port}/` });
  },
  record: fakeSpan,
  dispose: () => {
    contractServer?.closeAllConnections();
    contractServer?.close();
  },
});
