/** Rows ZIP: spans on their way to a Zipkin server, read back from what a server on loopback got. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { TracerProvider, TracerProviderOptions } from 'sonde/sdk';
import type { ZipkinExporterOptions } from 'sonde/zipkin';
import { Receiver } from './receiver.ts';
import { api, resources, sdk, zipkin } from './subject.ts';

interface Endpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: Endpoint;
  readonly remoteEndpoint?: Endpoint;
  readonly annotations?: { timestamp: number; value: string }[];
  readonly tags: Record<string, string>;
}

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start((response) => response.writeHead(202).end());
});
after(() => receiver.stop());
afterEach(() => {
  receiver.received.length = 0;
});

/** The spans that arrive when `record` has made them. */
async function arrived(
  record: (provider: TracerProvider) => void,
  options: TracerProviderOptions = {},
  exporterOptions: ZipkinExporterOptions = {},
): Promise<ZipkinSpan[]> {
  const exporter = new zipkin.ZipkinExporter({ url: `${receiver.origin}/api/v2/spans`, ...exporterOptions });
  const provider = new sdk.TracerProvider({
    ...options,
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  record(provider);
  await provider.forceFlush();
  await provider.shutdown();
  return receiver.received.flatMap(({ body }) => JSON.parse(String(body)));
}

/** The one span of a name that arrives with these attributes and kind. */
async function arrivedWith(attributes: Record<string, unknown>, kind = 0): Promise<ZipkinSpan> {
  const [span] = await arrived((provider) => {
    provider
      .getTracer('x')
      .startSpan('s', { kind: kind as never, attributes: attributes as never })
      .end();
  });
  receiver.received.length = 0;
  assert.ok(span !== undefined);
  return span;
}

describe('spans for Zipkin', () => {
  it('ZIP-01 v2 JSON is posted: ids in hex, the parent, the name', async () => {
    const ids: string[] = [];
    const spans = await arrived((provider) => {
      const tracer = provider.getTracer('x');
      const parent = tracer.startSpan('parent');
      const child = tracer.startSpan('child', {}, api.trace.setSpan(api.ROOT_CONTEXT, parent));
      for (const span of [child, parent]) ids.push(span.spanContext().spanId);
      child.end();
      parent.end();
    });
    const [request] = receiver.received;
    assert.equal(request?.path, '/api/v2/spans');
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.deepEqual(
      spans.map(({ name, id, parentId }) => [name, id, parentId]),
      [
        ['child', ids[0], ids[1]],
        ['parent', ids[1], undefined],
      ],
    );
    assert.match(spans[0]?.traceId ?? '', /^[0-9a-f]{32}$/);
    assert.equal(spans[0]?.traceId, spans[1]?.traceId);
  });

  it('ZIP-02 the service is the one of the resource, else of the default resource, whatever a span says', async () => {
    const named = {
      resource: resources.resourceFromAttributes({ 'service.name': 'shop', 'service.namespace': 'n' }),
    };
    const record = (provider: TracerProvider): void => {
      provider.getTracer('x').startSpan('s').setAttribute('service.name', 'other').end();
    };
    const [shop] = await arrived(record, named);
    assert.deepEqual(shop?.localEndpoint, { serviceName: 'shop' });
    assert.equal(shop?.tags['service.namespace'], 'n');
    receiver.received.length = 0;
    const [usual] = await arrived(record);
    assert.match(usual?.localEndpoint.serviceName ?? '', /^unknown_service:node/);
  });

  it('ZIP-03 the four kinds by name; a span that is internal has none', async () => {
    const kinds = await arrived((provider) => {
      for (const kind of [0, 1, 2, 3, 4])
        provider
          .getTracer('x')
          .startSpan(`${kind}`, { kind: kind as never })
          .end();
    });
    assert.deepEqual(
      kinds.map((span) => ('kind' in span ? span.kind : 'absent')),
      ['absent', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'],
    );
  });

  it('ZIP-04 the remote endpoint of a caller follows the ranking', async () => {
    const ranking: [Record<string, unknown>, Endpoint][] = [
      [{ 'db.name': 'orders' }, { serviceName: 'orders' }],
      [{ 'peer.address': 'p.a' }, { serviceName: 'p.a' }],
      [{ 'peer.hostname': 'p.h' }, { serviceName: 'p.h' }],
      [
        { 'net.sock.peer.addr': '::1', 'net.sock.peer.port': 80 },
        { ipv6: '::1', port: 80 },
      ],
      [{ 'net.sock.peer.name': 'n.s' }, { serviceName: 'n.s' }],
      [
        { 'server.socket.address': '10.0.0.2', 'server.socket.port': 443 },
        { ipv4: '10.0.0.2', port: 443 },
      ],
      [{ 'server.socket.domain': 's.d' }, { serviceName: 's.d' }],
      [
        { 'network.peer.address': '10.0.0.1', 'network.peer.port': 5432 },
        { ipv4: '10.0.0.1', port: 5432 },
      ],
      [{ 'net.peer.name': 'n.p' }, { serviceName: 'n.p' }],
      [{ 'server.address': 's.a' }, { serviceName: 's.a' }],
      [{ 'peer.service': 'p.s' }, { serviceName: 'p.s' }],
    ];
    let attributes = {};
    for (const [more, endpoint] of ranking) {
      attributes = { ...attributes, ...more };
      for (const kind of [2, 3]) {
        assert.deepEqual((await arrivedWith(attributes, kind)).remoteEndpoint, endpoint);
      }
    }
    assert.equal((await arrivedWith(attributes, 0)).remoteEndpoint, undefined);
    assert.deepEqual((await arrivedWith({ 'network.peer.address': '10.0.0.1' }, 2)).remoteEndpoint, {
      ipv4: '10.0.0.1',
    });
  });

  it('ZIP-05 arrays are JSON lists, booleans lower-case words', async () => {
    const { tags } = await arrivedWith({
      texts: ['a', 'b"c'],
      numbers: [1, 2.5],
      mixed: [true, null],
      yes: true,
      no: false,
      text: 'plain',
      integer: 42,
      double: 0.5,
    });
    const { texts, numbers, mixed, yes, no, text, integer, double } = tags;
    assert.deepEqual(
      { texts, numbers, mixed, yes, no, text, integer, double },
      {
        texts: '["a","b\\"c"]',
        numbers: '[1,2.5]',
        mixed: '[true,null]',
        yes: 'true',
        no: 'false',
        text: 'plain',
        integer: '42',
        double: '0.5',
      },
    );
  });

  it('COMMON-09 values where only text has a place: as they are, as JSON numbers and words, base64, JSON lists and maps', async () => {
    const { tags } = await arrivedWith({
      text: 'hello world',
      none: '',
      yes: true,
      integer: -123,
      double: 1.4142e-7,
      nan: Number.NaN,
      infinite: Number.NEGATIVE_INFINITY,
      bytes: new TextEncoder().encode('hello world'),
      empty: null,
      list: [1, Number.NEGATIVE_INFINITY, 'a', true, { nested: new TextEncoder().encode('hello world') }],
      map: { a: Number.NEGATIVE_INFINITY, b: 2, c: [3, null] },
      big: 2n ** 62n,
    });
    const expected = {
      text: 'hello world',
      none: '',
      yes: 'true',
      integer: '-123',
      double: '1.4142e-7',
      nan: 'NaN',
      infinite: '-Infinity',
      bytes: 'aGVsbG8gd29ybGQ=',
      empty: '',
      list: '[1,"-Infinity","a",true,{"nested":"aGVsbG8gd29ybGQ="}]',
      map: '{"a":"-Infinity","b":2,"c":[3,null]}',
      big: '4611686018427387904',
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, tags[key]])), expected);
  });

  it('ZIP-06 the status: OK has a code, ERROR a code and `error`, empty without a description; unset has nothing', async () => {
    const spans = await arrived((provider) => {
      const tracer = provider.getTracer('x');
      const make = (status?: { code: number; message?: string }): void => {
        const span = tracer.startSpan('s');
        if (status !== undefined) span.setStatus(status as never);
        span.end();
      };
      make();
      make({ code: api.SpanStatusCode.OK });
      make({ code: api.SpanStatusCode.ERROR });
      make({ code: api.SpanStatusCode.ERROR, message: 'went wrong' });
    });
    assert.deepEqual(
      spans.map(({ tags }) => [tags['otel.status_code'], tags['error']]),
      [
        [undefined, undefined],
        ['OK', undefined],
        ['ERROR', ''],
        ['ERROR', 'went wrong'],
      ],
    );
    assert.equal((await arrivedWith({ error: false })).tags['error'], undefined);
    assert.equal((await arrivedWith({ error: 'false' })).tags['error'], undefined);
  });

  it('ZIP-07 events are annotations: their name, with their attributes as JSON', async () => {
    const [span] = await arrived((provider) => {
      const made = provider.getTracer('x').startSpan('s');
      made.addEvent('bare', [1_700_000_000, 123_456_789]);
      made.addEvent('my-event', { key1: 'value1', n: 2, list: [1, 'a'] } as never);
      made.end();
    });
    const [bare, full] = span?.annotations ?? [];
    assert.deepEqual(bare, { timestamp: 1_700_000_000_123_456, value: 'bare' });
    const match = /^"my-event": ?(\{.*\})$/.exec(full?.value ?? '');
    assert.deepEqual(JSON.parse(match?.[1] ?? 'null'), { key1: 'value1', n: 2, list: [1, 'a'] });
    receiver.received.length = 0;
    assert.equal('annotations' in (await arrivedWith({})), false);
  });

  it('ZIP-08 times are whole microseconds, cut off, and a duration is at least one', async () => {
    const [exact, short, live] = await arrived((provider) => {
      const tracer = provider.getTracer('x');
      tracer.startSpan('s', { startTime: [1_700_000_000, 123_456_999] }).end([1_700_000_000, 123_460_998]);
      tracer.startSpan('s', { startTime: [1_700_000_000, 1_001] }).end([1_700_000_000, 1_900]);
      tracer.startSpan('s').end();
    });
    assert.equal(exact?.timestamp, 1_700_000_000_123_456);
    assert.equal(exact?.duration, 3);
    assert.equal(short?.duration, 1);
    assert.ok(Number.isInteger(live?.timestamp) && Number.isInteger(live?.duration), JSON.stringify(live));
    assert.ok(Math.abs((live?.timestamp ?? 0) / 1000 - Date.now()) < 60_000);
  });

  it('ZIP-09 COMMON-12 the scope is in tags, under both of its names', async () => {
    const [span] = await arrived((provider) =>
      provider
        .getTracer('lib', '1.2', { attributes: { shard: 3 } })
        .startSpan('s')
        .end(),
    );
    const { tags } = span!;
    assert.equal(tags['otel.scope.name'], 'lib');
    assert.equal(tags['otel.scope.version'], '1.2');
    assert.equal(tags['otel.library.name'], 'lib');
    assert.equal(tags['otel.library.version'], '1.2');
    assert.equal(tags['shard'], '3');
  });

  it('what limits left out is counted in tags', async () => {
    const [span] = await arrived(
      (provider) => {
        const made = provider.getTracer('x').startSpan('s', { attributes: { a: 1, b: 2, c: 3 } });
        made.addEvent('e').addEvent('e').addEvent('e', { a: 1, b: 2 }).end();
      },
      { spanLimits: { attributeCountLimit: 1, eventCountLimit: 2 } },
    );
    assert.equal(span?.tags['otel.dropped_attributes_count'], '2');
    assert.equal(span?.tags['otel.dropped_events_count'], '1');
    assert.equal(span?.tags['otel.dropped_links_count'], undefined);
  });
});
