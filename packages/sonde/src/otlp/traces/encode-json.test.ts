import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Resource } from '../../sdk/common/resource.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { anyValueJson } from '../message/json.ts';
import { doubleJson, nanosJson, stringJson } from '../wire/json-writer.ts';
import { tracesJson } from './encode-json.ts';

const resource = { attributes: { 'service.name': 'shop' }, schemaUrl: 'https://r/1' } as unknown as Resource;

const scope = { name: 'till', version: '1' };

function span(over: Partial<Record<keyof ReadableSpan, unknown>> = {}): ReadableSpan {
  return {
    name: 'pay',
    kind: 2,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1_700_000_000, 5],
    endTime: [1_700_000_001, 6],
    duration: [1, 1],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...over,
  } as ReadableSpan;
}

interface Message {
  readonly resourceSpans: {
    resource: object;
    schemaUrl?: string;
    scopeSpans: { spans: Record<string, unknown>[] }[];
  }[];
}

function encoded(...spans: ReadableSpan[]): Message[] {
  return tracesJson
    .encode(spans, spans.length)
    .map((batch) => JSON.parse(Buffer.concat(tracesJson.complete(batch)).toString()) as Message);
}

describe('the JSON of spans', () => {
  it('holds a foreign span whole', () => {
    const [message] = encoded(
      span({
        parentSpanContext: {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: '00f067aa0ba902b7',
          traceFlags: 1,
          isRemote: true,
        },
        status: { code: 2, message: 'declined' },
        attributes: { amount: 12, vip: true },
        droppedAttributesCount: 3,
        events: [
          { time: [1_700_000_000, 9], name: 'asked', attributes: { try: 1 }, droppedAttributesCount: 1 },
        ],
        droppedEventsCount: 4,
        links: [
          {
            context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 },
            attributes: { of: 'x' },
          },
        ],
        droppedLinksCount: 5,
      }),
    );
    assert.deepEqual(message?.resourceSpans[0]?.scopeSpans[0]?.spans, [
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        parentSpanId: '00f067aa0ba902b7',
        flags: 0x301,
        name: 'pay',
        kind: 3,
        startTimeUnixNano: '1700000000000000005',
        endTimeUnixNano: '1700000001000000006',
        attributes: [
          { key: 'amount', value: { intValue: '12' } },
          { key: 'vip', value: { boolValue: true } },
        ],
        droppedAttributesCount: 3,
        events: [
          {
            timeUnixNano: '1700000000000000009',
            name: 'asked',
            attributes: [{ key: 'try', value: { intValue: '1' } }],
            droppedAttributesCount: 1,
          },
        ],
        droppedEventsCount: 4,
        links: [
          {
            traceId: '1'.repeat(32),
            spanId: '2'.repeat(16),
            attributes: [{ key: 'of', value: { stringValue: 'x' } }],
            flags: 0x100,
          },
        ],
        droppedLinksCount: 5,
        status: { message: 'declined', code: 2 },
      },
    ]);
  });

  it('leaves out what cannot be encoded, and keeps the rest', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const hostile: Partial<Record<keyof ReadableSpan, unknown>>[] = [
      { attributes: cyclic },
      {
        attributes: {
          get bad() {
            throw new Error('getter');
          },
        },
      },
      {
        events: new Proxy([], {
          get() {
            throw new Error('proxy');
          },
        }),
      },
      {
        spanContext: () => {
          throw new Error('context');
        },
      },
      { spanContext: () => ({ traceId: 'zz', spanId: '', traceFlags: 1 }) },
    ];
    for (const over of hostile) {
      const batches = tracesJson.encode([span({ name: 'before' }), span(over), span({ name: 'after' })], 3);
      assert.deepEqual(
        batches.map(({ count }) => count),
        [2],
      );
      const [message] = encoded(span({ name: 'before' }), span(over), span({ name: 'after' }));
      assert.deepEqual(
        message?.resourceSpans[0]?.scopeSpans[0]?.spans.map(({ name }) => name),
        ['before', 'after'],
      );
    }
    assert.deepEqual(tracesJson.encode([span({ attributes: cyclic })], 1), [], 'no envelope without a span');
  });

  it('keeps resources apart', () => {
    const other = { attributes: {} } as unknown as Resource;
    const messages = encoded(span(), span({ resource: other }), span());
    assert.deepEqual(
      messages.map(({ resourceSpans }) => resourceSpans[0]?.scopeSpans[0]?.spans.length),
      [2, 1],
    );
  });

  it('is JSON for any attributes, and gives them back', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value, { maxKeys: 5 }), (attributes) => {
        const [message] = encoded(span({ attributes }));
        const [read] = message?.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
        const pairs = read?.['attributes'] as { key: string }[];
        assert.deepEqual(
          pairs.map(({ key }) => key),
          Object.keys(attributes).map((key) => key.replace(/\p{Surrogate}/gu, '\ufffd')),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the scalar forms', () => {
  it('write 64-bit integers, doubles and empty values as proto3 JSON has them', () => {
    const forms: [unknown, string][] = [
      [0, '{"intValue":"0"}'],
      [-0, '{"doubleValue":-0}'],
      [2 ** 53 - 1, '{"intValue":"9007199254740991"}'],
      [2 ** 53, '{"doubleValue":9007199254740992}'],
      [2n ** 63n - 1n, '{"intValue":"9223372036854775807"}'],
      [1e300, '{"doubleValue":1e+300}'],
      [Number.NaN, '{"doubleValue":"NaN"}'],
      [Number.NEGATIVE_INFINITY, '{"doubleValue":"-Infinity"}'],
      [null, '{}'],
      [Symbol('x'), '{}'],
      [Uint8Array.of(1, 2), '{"bytesValue":"AQI="}'],
      [[null, [1]], '{"arrayValue":{"values":[{},{"arrayValue":{"values":[{"intValue":"1"}]}}]}}'],
    ];
    for (const [value, text] of forms) assert.equal(anyValueJson(value), text);
  });

  it('write every double so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        assert.ok(Object.is(Number(JSON.parse(doubleJson(value))), value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('replace lone surrogates, and only those', () => {
    assert.equal(stringJson('a\ud800b'), '"a\ufffdb"');
    assert.equal(stringJson('\udc00\ud83d\ude00'), '"\ufffd😀"');
    assert.equal(stringJson('\\ud800 "\n'), '"\\\\ud800 \\"\\n"');
  });

  it('write times exactly, and something sane for what is no time', () => {
    assert.equal(nanosJson([0, 0]), '"0"');
    assert.equal(nanosJson([0, 7]), '"7"');
    assert.equal(nanosJson([18_446_744_073, 709_551_615]), '"18446744073709551615"');
    assert.equal(nanosJson([1, 1_500_000_000]), '"2500000000"');
    assert.equal(nanosJson([1.5, 0]), '"1500000000"');
    for (const bad of [
      [-1, 0],
      [Number.NaN, 0],
      [1, Number.POSITIVE_INFINITY],
      [undefined, undefined],
    ]) {
      assert.equal(nanosJson(bad as [number, number]), '"0"');
    }
  });
});
