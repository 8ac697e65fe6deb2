/** traceparent and tracestate: every input, the limits, and carriers that misbehave. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ROOT_CONTEXT } from '../api/context/context.ts';
import { suppressTracing } from '../api/context/suppression.ts';
import type { TextMapGetter } from '../api/propagation/text-map.ts';
import { defaultTextMapGetter, defaultTextMapSetter } from '../api/propagation/text-map-carrier.ts';
import type { SpanContext } from '../api/trace/span-context.ts';
import { getSpan, getSpanContext, setSpan, setSpanContext } from '../api/trace/span-in-context.ts';
import { createTraceState } from '../api/trace/trace-state.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { parseTraceParent, W3CTraceContextPropagator } from './trace-context.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const HEADER = `00-${TRACE_ID}-${SPAN_ID}-01`;
const propagator = new W3CTraceContextPropagator();

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((d) => d.join(''));
const nonZero = (length: number) => hex(length).filter((digits) => /[^0]/.test(digits));

function extract(carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): SpanContext | undefined {
  return getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, getter));
}

function inject(spanContext: SpanContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(setSpanContext(ROOT_CONTEXT, spanContext), carrier, defaultTextMapSetter);
  return carrier;
}

/** The grammar as the specification writes it, with captures: slow and plain. */
function reference(header: string): SpanContext | null {
  const match = /^[ \t]*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\s\S]*)?[ \t]*$/.exec(
    header,
  );
  if (match === null) return null;
  const [, version, traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

describe('parseTraceParent', () => {
  it('reads what is valid', () => {
    const parts = fc.tuple(
      hex(2),
      nonZero(32),
      nonZero(16),
      hex(2),
      fc.constantFrom('', '-', '-later', 'x', ' '),
    );
    fc.assert(
      fc.property(parts, ([version, traceId, spanId, flags, rest]) => {
        const header = `${version}-${traceId}-${spanId}-${flags}${rest}`;
        assert.deepEqual(parseTraceParent(header), reference(header));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the grammar on valid headers with one character changed', () => {
    const change = fc.tuple(fc.nat(54), fc.constantFrom(...'0fFgG- \t\n\u0000é,zA'));
    fc.assert(
      fc.property(change, fc.constantFrom('00', '01', 'fe'), ([at, character], version) => {
        const valid = `${version}${HEADER.slice(2)}`;
        const header = valid.slice(0, at) + character + valid.slice(at + 1);
        assert.deepEqual(parseTraceParent(header), reference(header));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (header) => {
        assert.deepEqual(parseTraceParent(header), reference(header));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a later version up to 4096 characters and nothing longer', () => {
    const later = `01${HEADER.slice(2)}-`;
    assert.notEqual(parseTraceParent(later.padEnd(4096, 'x')), null);
    assert.equal(parseTraceParent(later.padEnd(4097, 'x')), null);
  });
});

describe('W3CTraceContextPropagator', () => {
  let reports: string[] = [];
  beforeEach(() => {
    reports = [];
    setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
  });
  afterEach(() => setGlobalErrorHandler(undefined));

  it('gives back what it injected', () => {
    fc.assert(
      fc.property(nonZero(32), nonZero(16), fc.integer({ min: 0, max: 3 }), (traceId, spanId, traceFlags) => {
        const carrier = inject({ traceId, spanId, traceFlags });
        assert.deepEqual(extract(carrier), { traceId, spanId, traceFlags, isRemote: true });
      }),
      { numRuns: 1000 },
    );
  });

  it('reads into a context what parseTraceParent reads, whatever the header is', () => {
    const oneChanged = fc
      .tuple(fc.nat(54), fc.constantFrom(...'0fFgG- \t\n\u0000é,zA\u0130'))
      .map(([at, character]) => HEADER.slice(0, at) + character + HEADER.slice(at + 1));
    const zeroes = fc.constantFrom(
      HEADER.replace(TRACE_ID, '0'.repeat(32)),
      HEADER.replace(SPAN_ID, '0'.repeat(16)),
      HEADER.toUpperCase(),
      ` ${HEADER}`,
      `${HEADER}-`,
    );
    const valid = fc.tuple(nonZero(32), nonZero(16), hex(2)).map(([t, s, f]) => `00-${t}-${s}-${f}`);
    fc.assert(
      fc.property(fc.oneof(valid, oneChanged, zeroes, fc.string({ maxLength: 60 })), (traceparent) => {
        const parsed = parseTraceParent(traceparent);
        const expected = parsed === null ? undefined : { ...parsed, isRemote: true };
        assert.deepEqual(extract({ traceparent }), expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives a span that records nothing, says the same for ever, and keeps the list of the tracing systems', () => {
    const context = propagator.extract(
      ROOT_CONTEXT,
      { traceparent: HEADER, tracestate: 'a=1' },
      defaultTextMapGetter,
    );
    const span = getSpan(context)!;
    assert.equal(span.isRecording(), false);
    assert.equal(span.spanContext(), span.spanContext());
    assert.equal(span.spanContext().traceState?.get('a'), '1');
    span.setAttribute('k', 1).setStatus({ code: 2 }).end();
    assert.deepEqual(
      { ...span.spanContext(), traceState: undefined },
      {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 1,
        isRemote: true,
        traceState: undefined,
      },
    );
  });

  it('writes ids of upper case in lower case, and none that are not ids', () => {
    assert.deepEqual(inject({ traceId: TRACE_ID.toUpperCase(), spanId: SPAN_ID, traceFlags: 1 }), {
      traceparent: HEADER,
    });
    for (const traceId of ['', '0'.repeat(32), `${TRACE_ID}\r\n`, TRACE_ID.slice(1), null as never]) {
      assert.deepEqual(inject({ traceId, spanId: SPAN_ID, traceFlags: 1 }), {});
    }
  });

  it('writes two digits of flags whatever the flags are', () => {
    for (const flags of [0, 1, 2, 3, 0xff, 0x101, -1, Number.NaN, 1e9, '1' as never, undefined as never]) {
      const { traceparent = '' } = inject({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: flags });
      assert.match(traceparent, /-0[0-3]$/, String(flags));
    }
  });

  it('leaves the context alone for several traceparents, and for none', () => {
    assert.equal(extract({ traceparent: [HEADER, HEADER] }), undefined);
    assert.equal(extract({ traceparent: `${HEADER}, ${HEADER}` }), undefined);
    assert.equal(extract({ traceparent: [] }), undefined);
    assert.equal(extract({}), undefined);
    assert.equal(extract({ traceparent: [HEADER] })?.traceId, TRACE_ID);
  });

  it('survives carriers and getters that misbehave', () => {
    const throwing = {
      keys: () => [],
      get() {
        throw new Error('getter');
      },
    };
    assert.equal(propagator.extract(ROOT_CONTEXT, {}, throwing), ROOT_CONTEXT);
    assert.match(reports.join(), /propagation_failed: Cannot extract the trace context/);
    for (const answer of [1, {}, [1, {}], [null], Symbol('s'), () => HEADER]) {
      assert.equal(extract({}, { keys: () => [], get: () => answer as never }), undefined);
    }
    for (const carrier of [null, undefined, 1, 'x', Object.freeze({})]) {
      assert.equal(extract(carrier), undefined);
      propagator.inject(
        setSpanContext(ROOT_CONTEXT, reference(HEADER) as SpanContext),
        carrier,
        defaultTextMapSetter,
      );
    }
  });

  it('reports a span or setter that throws and goes on', () => {
    const broken = {
      spanContext: () => ({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 1,
        get traceState(): never {
          throw new Error('state');
        },
      }),
    };
    const carrier: Record<string, string> = {};
    propagator.inject(setSpan(ROOT_CONTEXT, broken as never), carrier, defaultTextMapSetter);
    assert.equal(carrier['traceparent'], HEADER);
    assert.match(reports.join(), /Cannot inject the trace context/);
  });

  it('writes nothing where tracing is suppressed', () => {
    const carrier = {};
    const context = suppressTracing(setSpanContext(ROOT_CONTEXT, reference(HEADER) as SpanContext));
    propagator.inject(context, carrier, defaultTextMapSetter);
    assert.deepEqual(carrier, {});
  });
});

describe('tracestate', () => {
  const through = (tracestate: string | string[]) => {
    const context = extract({ traceparent: HEADER, tracestate });
    return context === undefined ? undefined : inject(context)['tracestate'];
  };
  const member = (key: string, length: number) => `${key}=`.padEnd(length, 'v');

  const keys = fc.stringMatching(/^[a-z0-9][a-z0-9_\-*/@]{0,20}$/);
  const values = fc.stringMatching(/^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,20}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/);
  const lists = fc.array(fc.tuple(keys, values), { minLength: 1, maxLength: 10 });

  it('passes a valid list on, and reads and changes it as the API does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, minLength: 1, maxLength: 10 }),
        (list) => {
          const header = list.map((pair) => pair.join('=')).join(',');
          const state = extract({ traceparent: HEADER, tracestate: header })?.traceState;
          for (const [key, value] of list) assert.equal(state?.get(key), value);
          assert.equal(state?.serialize(), header);
          assert.equal(
            state?.set('new', '1').serialize(),
            createTraceState(header).set('new', '1').serialize(),
          );
          const [first] = list[0] as [string, string];
          assert.equal(state?.unset(first).serialize(), createTraceState(header).unset(first).serialize());
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes any text and sends only what is valid', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(',', '=', ' ', '\t', 'a', 'b=1', 'é', '\u0000', '\r\n', 'K=v', 'a=b=c'),
        lists.map((list) => list.map((pair) => pair.join('=')).join(',')),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const sent = through(parts.join(''));
        if (sent === undefined) return;
        assert.ok(sent.length > 0 && sent.length <= 512);
        for (const each of sent.split(',')) {
          assert.match(
            each,
            /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has room for 32 members and takes 33 for no list', () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(',');
    assert.equal(through(list(32)), list(32));
    assert.equal(through(list(33)), undefined);
    assert.equal(through(`${list(32)},,  ,`), list(32));
  });

  it('passes 512 characters on and shortens more by whole members', () => {
    const full = [...Array(3)].map((_, i) => member(`m${i}`, 128)).join(',');
    const exact = `${full},${member('last', 512 - full.length - 1)}`;
    assert.equal(exact.length, 512);
    assert.equal(through(exact), exact);
    const over = `${full},${member('last', 512 - full.length)}`;
    assert.equal(through(over), full);
    assert.equal(through(`${member('large', 129)},${over}`), over.slice(0, over.lastIndexOf(',')));
  });

  it('keeps keys and values of 256 characters and leaves out those of 257', () => {
    for (const length of [256, 257]) {
      const key = `${'k'.repeat(length)}=v`;
      const value = `k=${'v'.repeat(length)}`;
      assert.equal(through(key), length === 256 ? key : undefined);
      assert.equal(through(value), length === 256 ? value : undefined);
    }
  });

  it('joins several headers in their order and leaves spaces out', () => {
    assert.equal(through(['a=1', 'b=2,c=3']), 'a=1,b=2,c=3');
    assert.equal(through('a=1 ,\tb=2'), 'a=1,b=2');
  });

  it('of another kind is checked before it is sent', () => {
    const sent = (text: unknown) =>
      inject({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 1,
        traceState: { serialize: () => text } as never,
      })['tracestate'];
    assert.equal(sent('a=1'), 'a=1');
    assert.equal(sent('a=1\r\nevil: 1'), undefined);
    assert.equal(sent(''), undefined);
    assert.equal(sent(undefined), undefined);
  });

  it('of a megabyte costs no time', () => {
    const start = performance.now();
    for (const unit of [',', 'a=1,', ' ', 'a', '=', 'a= ']) through(unit.repeat(1_000_000 / unit.length));
    // What is quadratic takes minutes.
    assert.ok(performance.now() - start < 10_000);
  });
});
