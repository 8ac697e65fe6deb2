import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TracerProvider, type TracerProviderOptions } from '../../sdk/traces/provider.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { AlwaysOnSampler } from '../../sdk/traces/samplers/always-on-sampler.ts';
import { attributesOf, type Fields, fieldsOf, textOf, uint64Of } from '../wire/protobuf-reader.fixture.ts';
import { tracesProtobuf } from './encode.ts';

/** Spans made by `work`, as a processor gets them. */
function record(
  work: (provider: TracerProvider) => void,
  options: TracerProviderOptions = {},
): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const processor = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => void spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  work(new TracerProvider({ sampler: new AlwaysOnSampler(), ...options, spanProcessors: [processor] }));
  return spans;
}

/** The ScopeSpans messages of one batch, decoded by a reader that shares nothing with the writer. */
function decode(spans: readonly ReadableSpan[]): Fields[] {
  const batches = tracesProtobuf.encode(spans, spans.length);
  return batches.flatMap((batch) =>
    (fieldsOf(batch.scopes)[2] ?? []).map((bytes) => fieldsOf(bytes as Uint8Array)),
  );
}

function spansOf(scope: Fields): Fields[] {
  return (scope[2] ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));
}

const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');

describe('a span in protobuf', () => {
  it('has every field where the protocol wants it', () => {
    const [span] = record((provider) => {
      const parent = {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 3,
        isRemote: true,
      };
      const holder = { spanContext: () => parent } as never;
      const context = {
        getValue: () => holder,
        setValue: () => context,
        deleteValue: () => context,
      } as never;
      const started = provider
        .getTracer('t')
        .startSpan('s', { kind: 2, startTime: [1_700_000_000, 7] }, context);
      started.setStatus({ code: 2, message: 'no' }).addLink({ context: parent, attributes: { l: 1 } });
      started.end([1_700_000_001, 9]);
    });
    const [scope] = decode([span!]);
    const [fields] = spansOf(scope!);
    assert.equal(hex(fields![1]?.[0]), '0af7651916cd43dd8448eb211c80319c');
    assert.equal(hex(fields![2]?.[0]), span!.spanContext().spanId);
    assert.equal(hex(fields![4]?.[0]), 'b7ad6b7169203331');
    assert.equal(textOf(fields![5]?.[0]), 's');
    assert.equal(fields![6]?.[0], 3n, 'CLIENT is 3 in the protocol');
    assert.equal(uint64Of(fields![7]?.[0]), 1_700_000_000_000_000_007n);
    assert.equal(uint64Of(fields![8]?.[0]), 1_700_000_001_000_000_009n);
    const status = fieldsOf(fields![15]?.[0] as Uint8Array);
    assert.equal(textOf(status[2]?.[0]), 'no');
    assert.equal(status[3]?.[0], 2n);
    assert.equal(
      Buffer.from(fields![16]?.[0] as Uint8Array).readUInt32LE(),
      0x303,
      'sampled, random, remote parent',
    );
    const link = fieldsOf(fields![13]?.[0] as Uint8Array);
    assert.equal(hex(link[2]?.[0]), 'b7ad6b7169203331');
    assert.deepEqual(attributesOf(link[4]), { l: 1n });
  });

  it('carries every attribute value there is, compact or after somebody read the object', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 40 }),
      fc.boolean(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 5 }),
      fc.dictionary(fc.string({ minLength: 1 }), fc.integer(), { maxKeys: 4, noNullPrototype: true }),
      fc.constant(null),
    );
    const attributes = fc.dictionary(fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }), value, {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(attributes, fc.boolean(), (given, readFirst) => {
        const [span] = record((provider) =>
          provider.getTracer('t').startSpan('s', { attributes: given }).end(),
        );
        if (readFirst) span!.attributes;
        const [fields] = spansOf(decode([span!])[0]!);
        assert.deepEqual(attributesOf(fields![9]), normalised(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same bytes whether its events were read or not', () => {
    const make = () =>
      record((provider) => {
        const span = provider.getTracer('t').startSpan('s', { startTime: [5, 0] });
        span.addEvent('e', { a: 1, b: 'x' }, [6, 0]).addEvent('f', [7, 1]).end([8, 0]);
      });
    const [compact] = make();
    const [read] = make();
    read!.events;
    const eventsOf = (span: ReadableSpan) => spansOf(decode([span])[0]!)[0]![11]?.map(hex);
    assert.deepEqual(eventsOf(read!), eventsOf(compact!));
    assert.equal(eventsOf(compact!)?.length, 2);
  });

  it('passes the two bytes reserved for its length, and the first size of the buffer', () => {
    for (const size of [1, 100, 16_000, 16_400, 70_000, 2_500_000]) {
      const spans = record((provider) => {
        const tracer = provider.getTracer('t');
        tracer.startSpan('before').end();
        tracer.startSpan('big', { attributes: { text: 'ä'.repeat(size), after: true } }).end();
        tracer.startSpan('after').end();
      });
      const decoded = spansOf(decode(spans)[0]!);
      assert.deepEqual(
        decoded.map((fields) => textOf(fields[5]?.[0])),
        ['before', 'big', 'after'],
      );
      assert.deepEqual(attributesOf(decoded[1]![9]), { text: 'ä'.repeat(size), after: true });
    }
  });
});

describe('a batch in protobuf', () => {
  it('groups spans by resource and by scope, with the schema URL of each', () => {
    const one = record((provider) => {
      provider
        .getTracer('a', '1', { schemaUrl: 'https://schema/1', attributes: { k: 'v' } })
        .startSpan('s1')
        .end();
      provider.getTracer('b').startSpan('s2').end();
      provider
        .getTracer('a', '1', { schemaUrl: 'https://schema/1', attributes: { k: 'v' } })
        .startSpan('s3')
        .end();
    });
    const two = record((provider) => provider.getTracer('c').startSpan('s4').end());
    const batches = tracesProtobuf.encode([...one, ...two], 4);
    assert.deepEqual(
      batches.map((batch) => batch.count),
      [3, 1],
    );
    const scopes = decode([...one, ...two]);
    assert.deepEqual(
      scopes.map((scope) => spansOf(scope).map((span) => textOf(span[5]?.[0]))),
      [['s1', 's3'], ['s2'], ['s4']],
    );
    const scope = fieldsOf(scopes[0]![1]?.[0] as Uint8Array);
    assert.deepEqual([textOf(scope[1]?.[0]), textOf(scope[2]?.[0])], ['a', '1']);
    assert.deepEqual(attributesOf(scope[3]), { k: 'v' });
    assert.equal(textOf(scopes[0]![3]?.[0]), 'https://schema/1');
  });

  it('leaves out what cannot be read, says so, and keeps the rest', () => {
    const spans = record((provider) => provider.getTracer('t').startSpan('good').end());
    const hostile = {
      spanContext: () => {
        throw new Error('no');
      },
    } as unknown as ReadableSpan;
    const batches = tracesProtobuf.encode([hostile, spans[0]!, {} as ReadableSpan], 3);
    assert.deepEqual(
      batches.map((batch) => batch.count),
      [1],
    );
  });

  it('takes spans that another SDK made', () => {
    const foreign = {
      name: 'foreign',
      kind: 1,
      spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
      parentSpanId: 'c'.repeat(16),
      startTime: [10, 1],
      endTime: [11, 2],
      status: { code: 0 },
      attributes: { k: 'v', n: 1.5 },
      links: [],
      events: [{ name: 'e', time: [10, 5], attributes: { x: [true] } }],
      resource: { attributes: { 'service.name': 'other' } },
      instrumentationLibrary: { name: 'old' },
    } as unknown as ReadableSpan;
    const batch = tracesProtobuf.encode([foreign], 1)[0]!;
    assert.equal(batch.resource.attributes['service.name'], 'other');
    const scope = fieldsOf(fieldsOf(batch.scopes)[2]![0] as Uint8Array);
    assert.equal(textOf(fieldsOf(scope[1]![0] as Uint8Array)[1]?.[0]), 'old');
    const [span] = spansOf(scope);
    assert.equal(hex(span![4]?.[0]), 'c'.repeat(16));
    assert.deepEqual(attributesOf(span![9]), { k: 'v', n: 1.5 });
    const event = fieldsOf(span![11]![0] as Uint8Array);
    assert.deepEqual(attributesOf(event[3]), { x: [true] });
  });

  it('is completed with its resource into a whole request', () => {
    const spans = record((provider) => provider.getTracer('t').startSpan('s').end());
    const batch = tracesProtobuf.encode(spans, 1)[0]!;
    const request = fieldsOf(Buffer.concat(tracesProtobuf.complete(batch)));
    const resourceSpans = fieldsOf(request[1]![0] as Uint8Array);
    const resource = attributesOf(fieldsOf(resourceSpans[1]![0] as Uint8Array)[1]);
    assert.equal(resource['telemetry.sdk.name'], 'sonde');
    assert.equal(resourceSpans[2]?.length, 1);
  });
});

/** What the protocol makes of values: safe integers are int64, lone surrogates U+FFFD. */
function normalised(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [Buffer.from(key).toString(), normalised(inner)]),
  );
}

describe('what came in the span before', () => {
  const keys = ['a', 'key.b', 'ключ', 'k'.repeat(70), 'k'.repeat(130)];
  const values: unknown[] = [
    ...['', 'GET', 'https', 'значение', '\ud800', 'v'.repeat(90), 'v'.repeat(127), 'v'.repeat(400)],
    ...['\u007f'.repeat(20), '\u{10ffff}\u007f'.repeat(9), '\uffff\u007f'.repeat(11)],
    ...[0, -0, 7, true, false, 1.5],
  ];
  const pairs = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { maxLength: 6 });
  const wire = (value: unknown): unknown =>
    typeof value === 'number' && Number.isInteger(value) && !Object.is(value, -0)
      ? BigInt(value)
      : value === '\ud800'
        ? '\ufffd'
        : value;

  it('is written again where it is the same, and only there', () => {
    const life = fc.record({ name: fc.constantFrom('a', 'b', 'имя', 'n'.repeat(140)), pairs, event: pairs });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 12 }), (lives) => {
        const spans = record((provider) => {
          for (const { name, pairs: set, event } of lives) {
            const span = provider.getTracer('t').startSpan(name);
            for (const [key, value] of set) span.setAttribute(key, value as string);
            span.addEvent(`${name}!`, Object.fromEntries(event) as never).end();
          }
        });
        const decoded = decode(spans).flatMap(spansOf);
        assert.equal(decoded.length, lives.length);
        for (const [index, { name, pairs: set, event }] of lives.entries()) {
          const fields = decoded[index]!;
          const expected = (given: typeof set) =>
            Object.fromEntries(given.map(([key, value]) => [key, wire(value)]));
          assert.equal(textOf(fields[5]?.[0]), name);
          assert.deepEqual(attributesOf(fields[9]), expected(set));
          const eventFields = fieldsOf(fields[11]![0] as Uint8Array);
          assert.equal(textOf(eventFields[2]?.[0]), `${name}!`);
          assert.deepEqual(attributesOf(eventFields[3]), expected(event));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
