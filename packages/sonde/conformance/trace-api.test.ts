/** Rows TAPI that the API shows by itself: the global provider, proxies, no-ops, span contexts, trace state, documents. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Span, SpanContext, Tracer } from 'sonde';
import { docOf } from './declarations.ts';
import { api, sdk } from './subject.ts';

const { trace, ROOT_CONTEXT } = api;

const spanContext: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};

afterEach(() => {
  trace.disable();
  api.context.disable();
});

/** A provider of which only the names of the tracers and spans matter. */
function namingProvider(log: string[]) {
  return {
    getTracer: (name: string) =>
      ({
        startSpan(span: string) {
          log.push(`${name}: ${span}`);
          return trace.wrapSpanContext(spanContext);
        },
      }) as unknown as Tracer,
  };
}

describe('without an SDK', () => {
  it('TAPI-37 a span passes on the span context of its parent', () => {
    const parent = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    const span = trace.getTracer('x').startSpan('child', {}, parent);
    assert.equal(span.isRecording(), false);
    assert.deepEqual(span.spanContext(), spanContext);
  });

  it('TAPI-37 the span of the parent itself is returned when it records nothing', () => {
    const parent = trace.wrapSpanContext(spanContext);
    const span = trace.getTracer('x').startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    assert.equal(span, parent);
  });

  it('TAPI-37 a recording span of another implementation is not returned, only its span context', () => {
    const parent = { isRecording: () => true, spanContext: () => spanContext } as unknown as Span;
    const span = trace.getTracer('x').startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    assert.equal(span.isRecording(), false);
    assert.deepEqual(span.spanContext(), spanContext);
  });

  it('TAPI-37 a span without parent has an invalid span context', () => {
    const tracer = trace.getTracer('x');
    const parent = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    for (const span of [tracer.startSpan('root'), tracer.startSpan('root', { root: true }, parent)]) {
      assert.equal(api.isSpanContextValid(span.spanContext()), false);
    }
  });

  it('TAPI-37 all methods of a span do nothing', () => {
    const span = trace.getTracer('x').startSpan('root');
    assert.equal(
      span
        .setAttribute('a', 1)
        .setAttributes({ a: 1 })
        .addEvent('e', { a: 1 }, 5)
        .addLink({ context: spanContext })
        .addLinks([{ context: spanContext }])
        .setStatus({ code: api.SpanStatusCode.ERROR })
        .updateName('other'),
      span,
    );
    span.recordException(new Error('x'));
    span.end();
    span.end();
  });

  it('TAPI-09 a tracer is not enabled', () => {
    assert.equal(trace.getTracer('x').enabled(), false);
  });

  it('TAPI-11 startActiveSpan runs the function and returns what it returns', () => {
    const tracer = trace.getTracer('x');
    assert.equal(
      tracer.startActiveSpan('a', (span) => span.isRecording()),
      false,
    );
    assert.equal(
      tracer.startActiveSpan('a', {}, () => 1),
      1,
    );
    assert.equal(
      tracer.startActiveSpan('a', {}, ROOT_CONTEXT, () => 2),
      2,
    );
  });
});

describe('the global provider', () => {
  it('TAPI-01 can be set once, got, and taken away', () => {
    const log: string[] = [];
    assert.equal(trace.setGlobalTracerProvider(namingProvider(log)), true);
    assert.equal(trace.setGlobalTracerProvider(namingProvider([])), false);
    trace.getTracer('a').startSpan('1');
    trace.getTracerProvider().getTracer('b').startSpan('2');
    trace.disable();
    trace.getTracer('c').startSpan('3');
    assert.deepEqual(log, ['a: 1', 'b: 2']);
  });

  it('TAPI-07 a tracer and a provider that were got before it work once it is there', () => {
    const log: string[] = [];
    const tracer = trace.getTracer('early');
    const fromProvider = trace.getTracerProvider().getTracer('provided');
    tracer.startSpan('lost');
    trace.setGlobalTracerProvider(namingProvider(log));
    tracer.startSpan('1');
    fromProvider.startSpan('2');
    assert.deepEqual(log, ['early: 1', 'provided: 2']);
  });

  it('TAPI-10 there is no way to a span but through a tracer', () => {
    const makers = Object.entries(api).filter(
      ([name, value]) => typeof value === 'function' && /Span$/.test(name) && name !== 'withSpan',
    );
    assert.deepEqual(makers, []);
    const provider = new sdk.TracerProvider();
    assert.equal(typeof provider.getTracer('x').startSpan('x').end, 'function');
  });
});

describe('spans in contexts', () => {
  it('TAPI-08 a span is put into a context, found there, and made active', () => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
    const span = trace.wrapSpanContext(spanContext);
    const context = trace.setSpan(ROOT_CONTEXT, span);
    assert.equal(trace.getSpan(context), span);
    assert.deepEqual(trace.getSpanContext(context), spanContext);
    assert.equal(trace.getSpan(trace.deleteSpan(context)), undefined);
    assert.equal(trace.getActiveSpan(), undefined);
    assert.equal(
      api.context.with(context, () => trace.getActiveSpan()),
      span,
    );
  });

  it('TAPI-36 a wrapped span context is a span that records nothing, of a type that is not public', () => {
    const span = trace.wrapSpanContext(spanContext);
    assert.equal(span.isRecording(), false);
    assert.equal(span.spanContext(), spanContext);
    assert.equal(span.constructor.name, 'NonRecordingSpan');
    assert.equal('NonRecordingSpan' in api, false);
  });

  it('TAPI-39 a span shows nothing of what was set on it', () => {
    const shown = ['attributes', 'events', 'links', 'name', 'status', 'kind'];
    const declared = docOf('interface Span {');
    for (const name of shown)
      assert.doesNotMatch(declared.body, new RegExp(`^\\s*(readonly )?${name}\\??:`, 'm'));
  });
});

describe('span contexts', () => {
  it('TAPI-19 TAPI-18 are made by a function, immutable, with ids in hex and as bytes', () => {
    const made = api.createSpanContext(spanContext);
    assert.deepEqual({ ...made }, { ...spanContext, isRemote: false });
    assert.throws(() => {
      (made as { traceId: string }).traceId = 'other';
    }, TypeError);
    const bytes = [api.traceIdToBytes(made.traceId), api.spanIdToBytes(made.spanId)] as const;
    assert.deepEqual(
      bytes.map((id) => Buffer.from(id).toString('hex')),
      [spanContext.traceId, spanContext.spanId],
    );
    assert.deepEqual(api.spanContextFromBytes(...bytes, { traceFlags: 1 }), made);
  });

  it('TAPI-20 are valid when both ids are', () => {
    assert.equal(api.isSpanContextValid(spanContext), true);
    for (const invalid of [
      api.INVALID_SPAN_CONTEXT,
      { ...spanContext, traceId: api.INVALID_TRACEID },
      { ...spanContext, spanId: api.INVALID_SPANID },
      { ...spanContext, traceId: 'g'.repeat(32) },
      { ...spanContext, spanId: '1' },
    ]) {
      assert.equal(api.isSpanContextValid(invalid), false);
    }
  });

  it('W3C-10 the flags have names for sampled and random', () => {
    assert.deepEqual([api.TraceFlags.NONE, api.TraceFlags.SAMPLED, api.TraceFlags.RANDOM], [0, 1, 2]);
  });
});

describe('trace state', () => {
  const keyOf = (length: number) => 'k'.repeat(length);

  it('TAPI-22 W3C-16 get, add, update and delete give new lists; what is changed moves to the front', () => {
    const given = api.createTraceState('a=1,b=2');
    assert.equal(given.set('b', '3').serialize(), 'b=3,a=1');
    assert.equal(given.set('c', '3').serialize(), 'c=3,a=1,b=2');
    assert.equal(given.unset('a').serialize(), 'b=2');
    assert.equal(given.get('a'), '1');
    assert.equal(given.serialize(), 'a=1,b=2');
  });

  it('TAPI-22 invalid input never makes it invalid', () => {
    const given = api.createTraceState('a=1');
    for (const [key, value] of [
      ['A', '1'],
      ['', '1'],
      ['a b', '1'],
      [keyOf(257), '1'],
      ['b', ''],
      ['b', 'x,y'],
      ['b', 'x=y'],
      ['b', 'ü'],
      ['b', 'x '],
      ['b', 'v'.repeat(257)],
    ] as const) {
      assert.equal(given.set(key, value).serialize(), 'a=1', `${key}=${value}`);
    }
  });

  it('W3C-11 keys begin with a digit or letter and may have @ anywhere after', () => {
    for (const key of ['1vendor', 'a@b@c', 'tenant@system', 'a_-*/z', '0', keyOf(256)]) {
      assert.equal(api.createTraceState(`${key}=v`).get(key), 'v', key);
    }
    for (const key of ['@a', '_a', 'Aa', 'a.b', keyOf(257)]) {
      assert.equal(api.createTraceState(`${key}=v`).get(key), undefined, key);
    }
  });

  it('W3C-12 values are 1 to 256 printable characters without comma and equals sign, not ending in space', () => {
    for (const value of ['v', 'a b', '!~', 'v'.repeat(256)]) {
      assert.equal(api.createTraceState(`k=${value}`).get('k'), value);
    }
    for (const value of ['', 'a=b', 'ü', '\x7f', 'v'.repeat(257)]) {
      assert.equal(api.createTraceState(`k=${value}`).get('k'), undefined, value);
    }
  });

  it('W3C-13 has at most 32 members, whether read or set', () => {
    const members = Array.from({ length: 40 }, (_, i) => `k${i}=v`);
    const count = (list: string) => list.split(',').length;
    assert.equal(count(api.createTraceState(members.slice(0, 32).join(',')).serialize()), 32);
    const full = api.createTraceState(members.join(','));
    assert.equal(count(full.serialize()), 32);
    assert.equal(count(full.set('new', 'v').serialize()), 32);
  });

  it('W3C-15 empty members and spaces around them do not count', () => {
    assert.equal(api.createTraceState(' a=1 ,\t, b=2\t,,').serialize(), 'a=1,b=2');
  });

  it('W3C-14 what is over 512 characters goes whole: members over 128 first, then from the end', () => {
    const large = `large=${'v'.repeat(200)}`;
    const small = Array.from({ length: 30 }, (_, i) => `k${i}=${'v'.repeat(10)}`).join(',');
    assert.equal(api.createTraceState(`${large},${small}`).serialize(), small);
    const exact = `a=${'v'.repeat(255)},b=${'v'.repeat(252)}`;
    assert.equal(api.createTraceState(exact).serialize(), exact);
  });
});

describe('what the documents say', () => {
  it('TAPI-15 attributes are better given at creation', () => {
    assert.match(docOf('setAttribute(').doc, /creation|created/i);
    assert.match(docOf('setAttribute(').doc, /prefer/i);
  });

  it('TAPI-16 links are better given at creation', () => {
    assert.match(docOf('addLink(').doc, /creation/i);
    assert.match(docOf('addLink(').doc, /prefer/i);
  });

  it('TAPI-09 the answer of enabled may change and is not to be kept', () => {
    const { doc } = docOf('enabled(options?: TracerEnabledOptions)');
    assert.match(doc, /change/);
    assert.match(doc, /keep|kept/);
  });

  it('TAPI-40 nothing has to be locked', () => {
    assert.match(docOf('interface Span {').doc, /lock|concurren/i);
  });
});
