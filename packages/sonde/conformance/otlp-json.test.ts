/** Rows OTLPJ as far as traces go, and OTLP-33: what is on the wire, read back as JSON. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { TracerProvider, TracerProviderOptions } from 'sonde/sdk';
import { Receiver } from './receiver.ts';
import { api, otlp, resources, sdk } from './subject.ts';

interface JsonSpan {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
}

interface JsonScopeSpans {
  readonly scope: { name?: string; version?: string; attributes?: unknown };
  readonly spans: JsonSpan[];
  readonly schemaUrl?: string;
}

interface JsonRequest {
  readonly resourceSpans: { resource: object; scopeSpans: JsonScopeSpans[]; schemaUrl?: string }[];
}

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start();
});
after(() => receiver.stop());
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.end();
});

/** What arrives when `record` has made its spans; the text as well, where digits matter. */
async function arrived(
  record: (provider: TracerProvider) => void,
  options: TracerProviderOptions = {},
): Promise<{ request: JsonRequest; spans: JsonSpan[]; text: string }> {
  const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, protocol: 'http/json' });
  const provider = new sdk.TracerProvider({
    ...options,
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  record(provider);
  await provider.forceFlush();
  await provider.shutdown();
  assert.equal(receiver.received.length, 1);
  const text = String(receiver.received[0]?.body);
  const request = JSON.parse(text) as JsonRequest;
  const spans = request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return { request, spans, text };
}

/** The AnyValue under which an attribute arrives. */
async function anyValueOf(value: unknown): Promise<Record<string, unknown> | undefined> {
  const { spans } = await arrived((provider) => {
    provider
      .getTracer('x')
      .startSpan('s')
      .setAttribute('k', value as never)
      .end();
  });
  receiver.received.length = 0;
  return spans[0]?.attributes.find(({ key }) => key === 'k')?.value;
}

describe('JSON on the wire', () => {
  it('OTLPJ-01 ids are lower-case hex, enums integers, keys lowerCamelCase', async () => {
    const parent = {
      traceId: 'ABCDEF0123456789ABCDEF0123456789'.toLowerCase(),
      spanId: 'abcdef0123456789',
      traceFlags: 1,
    };
    const { spans, text } = await arrived((provider) => {
      const context = api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
      const span = provider.getTracer('x').startSpan('s', { kind: api.SpanKind.SERVER }, context);
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: 'm' }).addEvent('e').end();
    });
    const [span] = spans;
    assert.equal(span?.['traceId'], parent.traceId);
    assert.equal(span?.['parentSpanId'], parent.spanId);
    assert.match(String(span?.['spanId']), /^[0-9a-f]{16}$/);
    assert.equal(span?.['kind'], 2);
    assert.deepEqual(span?.['status'], { code: 2, message: 'm' });
    const keys = [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key);
    assert.ok(
      keys.every((key) => /^[a-z][a-zA-Z]*$/.test(key ?? '')),
      keys.join(),
    );
  });

  it('OTLPJ-02 64-bit integers are decimal strings', async () => {
    assert.deepEqual(await anyValueOf(42), { intValue: '42' });
    assert.deepEqual(await anyValueOf(-1), { intValue: '-1' });
    assert.deepEqual(await anyValueOf(Number.MAX_SAFE_INTEGER), { intValue: '9007199254740991' });
  });

  it('OTLPJ-03 NaN and the infinities are strings', async () => {
    assert.deepEqual(await anyValueOf(Number.NaN), { doubleValue: 'NaN' });
    assert.deepEqual(await anyValueOf(Number.POSITIVE_INFINITY), { doubleValue: 'Infinity' });
    assert.deepEqual(await anyValueOf(Number.NEGATIVE_INFINITY), { doubleValue: '-Infinity' });
    assert.deepEqual(await anyValueOf(1.5), { doubleValue: 1.5 });
  });

  it('OTLPJ-04 integral numbers beyond int64 are doubles', async () => {
    assert.deepEqual(await anyValueOf(1e300), { doubleValue: 1e300 });
    assert.deepEqual(await anyValueOf(-(2 ** 70)), { doubleValue: -(2 ** 70) });
  });

  it('OTLPJ-05 bytes are base64', async () => {
    assert.deepEqual(await anyValueOf(Uint8Array.of(0, 255, 16, 62, 63)), { bytesValue: 'AP8QPj8=' });
  });

  it('OTLPJ-06 an answer with fields that nobody knows is understood', async () => {
    receiver.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"later":{"a":[1]},"partialSuccess":{"rejectedSpans":"0","news":null}}');
    };
    const { spans } = await arrived((provider) => provider.getTracer('x').startSpan('s').end());
    assert.equal(spans.length, 1);
  });

  it('OTLPJ-10 flags of spans and links say whether the other context is remote', async () => {
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
    const local = { ...remote, isRemote: false };
    const { spans } = await arrived((provider) => {
      const tracer = provider.getTracer('x');
      const links = [{ context: remote }, { context: local }];
      tracer.startSpan('remote', { links }, api.trace.setSpanContext(api.ROOT_CONTEXT, remote)).end();
      tracer.startSpan('local', {}, api.trace.setSpanContext(api.ROOT_CONTEXT, local)).end();
    });
    const [first, second] = spans;
    assert.equal(Number(first?.['flags']) & 0x3ff & ~2, 0x301);
    assert.equal(Number(second?.['flags']) & 0x3ff & ~2, 0x101);
    assert.deepEqual(
      (first!['links'] as { flags: number }[]).map(({ flags }) => flags),
      [0x301, 0x101],
    );
  });

  it('TSDK-15 the W3C flags are the low byte of the flags, of spans and of links', async () => {
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3, isRemote: true };
    const { spans } = await arrived((provider) => {
      const context = api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
      const links = [
        { context: { ...remote, isRemote: false, traceFlags: 1 } },
        { context: { ...remote, traceFlags: 0 } },
      ];
      provider.getTracer('x').startSpan('child', { links }, context).end();
      provider.getTracer('x').startSpan('root').end();
    });
    const [child, root] = spans;
    const links = child?.['links'] as { flags: number }[];
    assert.deepEqual([child?.['flags'], ...links.map(({ flags }) => flags)], [0x303, 0x101, 0x300]);
    // A root knows that it has no remote parent.
    assert.equal(Number(root?.['flags']) & 0x301, 0x101);
  });

  it('OTLPJ-12 attributes of the scope are sent', async () => {
    const { request } = await arrived((provider) => {
      provider
        .getTracer('x', '1', { attributes: { shard: 3 } })
        .startSpan('s')
        .end();
    });
    const { scope } = request.resourceSpans[0]!.scopeSpans[0]!;
    assert.deepEqual(scope.attributes, [{ key: 'shard', value: { intValue: '3' } }]);
  });

  it('OTLPJ-14 spans are grouped by name, version, schema and attributes of their scope', async () => {
    const { request } = await arrived((provider) => {
      const tracers = [
        provider.getTracer('x'),
        provider.getTracer('x', '1'),
        provider.getTracer('x', '1', { schemaUrl: 'https://a.example/1' }),
        provider.getTracer('x', '1', { attributes: { shard: 1 } }),
        provider.getTracer('x', '1'),
      ];
      for (const [index, tracer] of tracers.entries()) tracer.startSpan(`s${index}`).end();
    });
    assert.equal(request.resourceSpans.length, 1);
    const groups = request.resourceSpans[0]!.scopeSpans.map(({ spans }) => spans.map(({ name }) => name));
    assert.deepEqual(groups, [['s0'], ['s1', 's4'], ['s2'], ['s3']]);
  });

  it('OTLPJ-15 times are exact to the nanosecond', async () => {
    const { spans, text } = await arrived((provider) => {
      const span = provider.getTracer('x').startSpan('s', { startTime: [1_700_000_000, 123_456_789] });
      span.addEvent('e', [1_700_000_000, 123_456_790]);
      span.end([1_700_000_001, 7]);
    });
    assert.equal(spans[0]?.['startTimeUnixNano'], '1700000000123456789');
    assert.equal(spans[0]?.['endTimeUnixNano'], '1700000001000000007');
    assert.ok(text.includes('"timeUnixNano":"1700000000123456790"'));
  });

  it('OTLP-33 the schema is named on the resource and on the scope', async () => {
    const resource = resources.resourceFromAttributes({ a: 1 }, { schemaUrl: 'https://r.example/1' });
    const { request } = await arrived(
      (provider) => provider.getTracer('x', '1', { schemaUrl: 'https://s.example/2' }).startSpan('s').end(),
      { resource },
    );
    assert.equal(request.resourceSpans[0]?.schemaUrl, 'https://r.example/1');
    assert.equal(request.resourceSpans[0]?.scopeSpans[0]?.schemaUrl, 'https://s.example/2');
  });
});
