/** Rows LIM and COMMON for spans: what is kept of the attributes, events and links that a program sets. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Span } from 'sonde';
import type { ReadableSpan, SpanLimits } from 'sonde/sdk';
import { api, resources, sdk } from './subject.ts';

/** The span that `work` made of a new one under these limits. */
function recorded(spanLimits: SpanLimits, work: (span: Span) => void): ReadableSpan {
  const ended: ReadableSpan[] = [];
  const provider = new sdk.TracerProvider({
    spanLimits,
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const span = provider.getTracer('t').startSpan('s');
  work(span);
  span.end();
  const [only] = ended;
  assert.ok(only !== undefined);
  return only;
}

const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

describe('limits of a span', () => {
  // First, because what was said once is held back for a while.
  it('LIM-07 LIM-11 what was dropped is said at most once for a span', () => {
    const said: string[] = [];
    const log = (message: string, ...rest: unknown[]) => void said.push([message, ...rest].join(' '));
    api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
    recorded({ attributeCountLimit: 1, eventCountLimit: 0 }, (s) => {
      for (let index = 0; index < 50; index++) s.setAttribute(`k${index}`, index).addEvent('e');
    });
    api.diag.disable();
    assert.equal(said.filter((line) => /dropped|limit/i.test(line)).length, 1, said.join('\n'));
  });

  it('LIM-01 the 128th attribute is kept, the 129th dropped and counted', () => {
    const span = recorded({}, (s) => {
      for (let index = 0; index < 129; index++) s.setAttribute(`k${index}`, index);
    });
    assert.equal(Object.keys(span.attributes).length, 128);
    assert.equal(span.attributes['k127'], 127);
    assert.equal(span.attributes['k128'], undefined);
    assert.equal(span.droppedAttributesCount, 1);
  });

  it('LIM-02 strings are cut to the limit in characters, and no surrogate pair is split', () => {
    const span = recorded({ attributeValueLengthLimit: 2 }, (s) => {
      s.setAttributes({ exact: 'ab', over: 'abc', pair: 'a😀b' });
    });
    assert.deepEqual(span.attributes, { exact: 'ab', over: 'ab', pair: 'a😀' });
  });

  it('LIM-03 a length limit of 0 is a limit', () => {
    const span = recorded({ attributeValueLengthLimit: 0 }, (s) => s.setAttribute('k', 'value'));
    assert.equal(span.attributes['k'], '');
  });

  it('LIM-04 byte arrays are cut in bytes', () => {
    const span = recorded({ attributeValueLengthLimit: 2 }, (s) =>
      s.setAttribute('k', new Uint8Array([1, 2, 3])),
    );
    assert.deepEqual(span.attributes['k'], new Uint8Array([1, 2]));
  });

  it('LIM-05 limits reach into arrays and maps', () => {
    const span = recorded({ attributeValueLengthLimit: 1 }, (s) => {
      s.setAttributes({ list: ['ab', ['cd']], map: { inner: { text: 'ef' } } });
    });
    assert.deepEqual(span.attributes, { list: ['a', ['c']], map: { inner: { text: 'e' } } });
  });

  it('LIM-06 what is nested deeper than the limit, 64 by default, becomes empty', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : [nested(depth - 1)]);
    const span = recorded({}, (s) => s.setAttributes({ last: nested(64), first: nested(65) }));
    const flat = (value: unknown): unknown => (Array.isArray(value) ? flat(value[0]) : value);
    assert.equal(flat(span.attributes['last']), 'leaf');
    assert.equal(flat(span.attributes['first']), null);
  });

  it('LIM-09 events and links over their limit are dropped: the new ones, counted', () => {
    const span = recorded({ eventCountLimit: 2, linkCountLimit: 1 }, (s) => {
      s.addEvent('e1').addEvent('e2').addEvent('e3');
      s.addLink({ context, attributes: { n: 1 } }).addLink({ context, attributes: { n: 2 } });
    });
    assert.deepEqual(
      span.events.map((event) => event.name),
      ['e1', 'e2'],
    );
    assert.deepEqual(
      span.links.map((link) => link.attributes),
      [{ n: 1 }],
    );
    assert.deepEqual([span.droppedEventsCount, span.droppedLinksCount], [1, 1]);
  });

  it('LIM-10 attributes of events and links have limits of their own', () => {
    const limits = { attributePerEventCountLimit: 1, attributePerLinkCountLimit: 1 };
    const span = recorded(limits, (s) => {
      s.addEvent('e', { a: 1, b: 2 }).addLink({ context, attributes: { a: 1, b: 2 } });
    });
    assert.deepEqual(span.events[0]?.attributes, { a: 1 });
    assert.equal(span.events[0]?.droppedAttributesCount, 1);
    assert.deepEqual(span.links[0]?.attributes, { a: 1 });
    assert.equal(span.links[0]?.droppedAttributesCount, 1);
  });

  it('LIM-14 the attributes of a resource have no limit', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v'.repeat(5)]),
    );
    const resource = resources.resourceFromAttributes(attributes);
    const provider = new sdk.TracerProvider({
      resource,
      spanLimits: { attributeCountLimit: 1, attributeValueLengthLimit: 1 },
      spanProcessors: [],
    });
    const span = provider.getTracer('t').startSpan('s') as unknown as ReadableSpan;
    assert.equal(span.resource.attributes['k199'], 'vvvvv');
  });

  it('a wrong limit is refused by name when the provider is made', () => {
    assert.throws(
      () => new sdk.TracerProvider({ spanLimits: { eventCountLimit: -1 } }),
      /eventCountLimit.*-1/,
    );
  });
});

describe('values of attributes', () => {
  it('LIM-08 the limit of the model wins over the general one, and that over the default', () => {
    const countUnder = (variables: Readonly<Record<string, string>>): number => {
      Object.assign(process.env, variables);
      try {
        const span = recorded({}, (s) => {
          for (let index = 0; index < 200; index++) s.setAttribute(`k${index}`, index);
        });
        return Object.keys(span.attributes).length;
      } finally {
        for (const name of Object.keys(variables)) delete process.env[name];
      }
    };
    const both = { OTEL_ATTRIBUTE_COUNT_LIMIT: '5', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '7' };
    assert.equal(countUnder(both), 7);
    assert.equal(countUnder({ OTEL_ATTRIBUTE_COUNT_LIMIT: '5' }), 5);
    assert.equal(countUnder({}), 128);
  });

  it('COMMON-01 every kind of value is kept', () => {
    const values = {
      text: 'a',
      yes: true,
      int: 7,
      double: 1.5,
      list: ['a', 'b'],
      bytes: new Uint8Array([1]),
      mixed: [1, 'a', [true]],
      map: { a: { b: 1 } },
    };
    assert.deepEqual(recorded({}, (s) => s.setAttributes(values)).attributes, values);
  });

  it('COMMON-02 COMMON-03 empty values are values, also inside arrays', () => {
    const values = { nothing: null, zero: 0, empty: '', list: [], holes: ['a', null, 'b'] };
    assert.deepEqual(recorded({}, (s) => s.setAttributes(values)).attributes, values);
  });

  it('COMMON-04 an integer beyond 2^53 is not changed', () => {
    assert.equal(recorded({}, (s) => s.setAttribute('k', 2n ** 62n + 1n)).attributes['k'], 2n ** 62n + 1n);
  });

  it('COMMON-05 COMMON-06 a key is not empty, case counts, and occurs once', () => {
    const span = recorded({}, (s) => {
      s.setAttribute('', 1).setAttribute('a', 1).setAttribute('A', 2).setAttribute('a', 3);
    });
    assert.deepEqual(span.attributes, { a: 3, A: 2 });
  });

  it('a value is copied when it is set: what the program does to it later changes nothing', () => {
    const list = ['a'];
    const map = { inner: { a: 1 } };
    const span = recorded({}, (s) => {
      s.setAttributes({ list, map });
      list.push('b');
      map.inner.a = 2;
    });
    assert.deepEqual(span.attributes, { list: ['a'], map: { inner: { a: 1 } } });
  });
});
