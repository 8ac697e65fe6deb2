/** Rows W3C: Trace Context, level 2. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SpanContext } from 'sonde';
import { api, propagators, sdk } from './subject.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`;
const PARENT: SpanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };

/** As HTTP servers hand headers over: an array where a field occurred more than once. */
type Carrier = Record<string, string | string[]>;

const getter = {
  get: (carrier: Carrier, key: string) => carrier[key],
  keys: (carrier: Carrier) => Object.keys(carrier),
};

function extract(carrier: Carrier): SpanContext | undefined {
  const propagator = new propagators.W3CTraceContextPropagator();
  return api.trace.getSpanContext(propagator.extract(api.ROOT_CONTEXT, carrier, getter));
}

function inject(spanContext: SpanContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  const context = api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext);
  new propagators.W3CTraceContextPropagator().inject(context, carrier, api.defaultTextMapSetter);
  return carrier;
}

/** What a service without an SDK's spans sends on. */
function passOn(carrier: Carrier): Record<string, string> {
  const spanContext = extract(carrier);
  return spanContext === undefined ? {} : inject(spanContext);
}

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');
}

describe('traceparent', () => {
  it('W3C-01 traceparent and tracestate are read and validated by the rules of level 2', () => {
    const extracted = extract({ traceparent: VALID, tracestate: '1vendor=a,t@sys@x=b,bad key=c' });
    assert.equal(extracted?.traceId, TRACE_ID);
    assert.equal(extracted?.spanId, SPAN_ID);
    assert.equal(extracted?.traceFlags, 1);
    assert.equal(extracted?.traceState?.serialize(), '1vendor=a,t@sys@x=b');
  });

  it('W3C-02 version ff is invalid, later versions are read by their first part, 00 has no more parts', () => {
    const withVersion = (version: string, rest = '') =>
      extract({ traceparent: version + VALID.slice(2) + rest });
    assert.equal(withVersion('ff'), undefined);
    assert.equal(withVersion('00', '-more'), undefined);
    assert.equal(withVersion('00', '-'), undefined);
    assert.equal(withVersion('00', '1'), undefined);
    assert.equal(withVersion('01')?.traceId, TRACE_ID);
    assert.equal(withVersion('cc', '-what-comes-later')?.spanId, SPAN_ID);
    assert.equal(withVersion('cc', '.what-comes-later'), undefined);
    assert.equal(withVersion('0g'), undefined);
  });

  it('W3C-03 ids of zeros are rejected', () => {
    assert.equal(extract({ traceparent: `00-${'0'.repeat(32)}-${SPAN_ID}-01` }), undefined);
    assert.equal(extract({ traceparent: `00-${TRACE_ID}-${'0'.repeat(16)}-01` }), undefined);
  });

  it('W3C-04 hexadecimal digits of upper case are rejected', () => {
    assert.equal(extract({ traceparent: VALID.replace('bf', 'BF') }), undefined);
    assert.equal(extract({ traceparent: VALID.replace('aa', 'AA') }), undefined);
    assert.equal(extract({ traceparent: VALID.replace(/01$/, '0A') }), undefined);
  });

  it('W3C-05 more than one traceparent restarts the trace', () => {
    const other = VALID.replace('4bf', '4bc');
    assert.equal(extract({ traceparent: [VALID, other] }), undefined);
    assert.equal(extract({ traceparent: `${VALID}, ${other}` }), undefined);
    assert.equal(extract({ traceparent: [VALID] })?.traceId, TRACE_ID);
  });

  it('W3C-07 version 00 and two digits of flags are written', () => {
    for (const flags of ['00', '01', '02', '03', '0f', '10', 'ff']) {
      const { traceparent = '' } = passOn({ traceparent: VALID.replace(/01$/, flags) });
      assert.match(traceparent, new RegExp(`^00-${TRACE_ID}-${SPAN_ID}-[0-9a-f]{2}$`), flags);
    }
    assert.match(passOn({ traceparent: `01${VALID.slice(2)}` })['traceparent'] ?? '', /^00-/);
  });

  it('W3C-08 flags that level 2 does not know are sent as zero', () => {
    const sent = (flags: string) =>
      passOn({ traceparent: VALID.replace(/01$/, flags) })['traceparent']?.slice(-2);
    assert.equal(sent('ff'), '03');
    assert.equal(sent('fd'), '01');
    assert.equal(sent('04'), '00');
  });

  it('W3C-09 the random flag of the parent is kept through a span of this service', () => {
    const provider = new sdk.TracerProvider();
    for (const [flags, expected] of [
      ['03', '03'],
      ['01', '01'],
    ] as const) {
      const parent = extract({ traceparent: VALID.replace(/01$/, flags) }) as SpanContext;
      const context = api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
      const span = provider.getTracer('test').startSpan('child', {}, context);
      assert.equal(inject(span.spanContext())['traceparent']?.slice(-2), expected);
      assert.equal(span.spanContext().traceId, TRACE_ID);
      span.end();
    }
  });

  it('W3C-10 the sampled and the random flag have names', () => {
    assert.equal(api.TraceFlags.SAMPLED, 1);
    assert.equal(api.TraceFlags.RANDOM, 2);
  });

  it('W3C-19 nothing is injected for a span context that is not valid', () => {
    assert.deepEqual(inject(api.INVALID_SPAN_CONTEXT), {});
    assert.deepEqual(inject({ ...PARENT, traceId: 'x'.repeat(32) }), {});
    assert.deepEqual(inject({ ...PARENT, spanId: SPAN_ID.slice(1) }), {});
    const carrier = {};
    const propagator = new propagators.W3CTraceContextPropagator();
    propagator.inject(api.ROOT_CONTEXT, carrier, api.defaultTextMapSetter);
    assert.deepEqual(carrier, {});
  });

  it('W3C-20 what was extracted is remote', () => {
    assert.equal(extract({ traceparent: VALID })?.isRemote, true);
  });
});

describe('tracestate', () => {
  const sent = (tracestate: string | string[]) => passOn({ traceparent: VALID, tracestate })['tracestate'];

  it('W3C-06 several tracestate fields are one list, in their order', () => {
    assert.equal(sent(['a=1,b=2', 'c=3']), 'a=1,b=2,c=3');
  });

  it('W3C-11 keys follow level 2: a digit may begin one, @ may be anywhere after', () => {
    for (const key of ['a', '1vendor', 'a@b@c', '0', 'a_-*/', 'k'.repeat(256), '0@']) {
      assert.equal(sent(`${key}=v`), `${key}=v`);
    }
    for (const key of ['A', '@a', '_a', 'a b', 'é', 'k'.repeat(257), 'a:b']) {
      assert.equal(sent(`ok=1,${key}=v`), 'ok=1', key);
    }
  });

  it('W3C-12 values are 1 to 256 printable characters without comma and equals sign', () => {
    for (const value of ['v', ' v', 'a b', '!~;:"', 'v'.repeat(256)])
      assert.equal(sent(`k=${value}`), `k=${value}`);
    for (const value of ['', 'a=b', '\u0001', 'é', 'v'.repeat(257)]) {
      assert.equal(sent(`ok=1,k=${value}`), 'ok=1', JSON.stringify(value));
    }
    assert.equal(sent('k=v  '), 'k=v');
  });

  it('W3C-13 a list has at most 32 members', () => {
    assert.equal(sent(members(32)), members(32));
    assert.ok((sent(members(33)) ?? '').split(',').length <= 32);
  });

  it('W3C-14 512 characters are passed on, of more whole members go, the large ones first', () => {
    const member = (key: string, length: number) => `${key}=`.padEnd(length, 'v');
    const three = ['a', 'b', 'c'].map((key) => member(key, 128)).join(',');
    const exact = `${three},${member('d', 125)}`;
    assert.equal(exact.length, 512);
    assert.equal(sent(exact), exact);
    assert.equal(sent(`${exact}v`), three);
    assert.equal(sent(`${member('large', 129)},${exact}`), exact);
  });

  it('W3C-15 empty members and optional whitespace are accepted', () => {
    assert.equal(sent('a=1 ,,\tb=2, ,c=3'), 'a=1,b=2,c=3');
  });

  it('W3C-16 a key that is set moves to the front', () => {
    const state = extract({ traceparent: VALID, tracestate: 'a=1,b=2,c=3' })?.traceState;
    assert.equal(state?.set('b', '9').serialize(), 'b=9,a=1,c=3');
    assert.equal(state?.set('d', '4').serialize(), 'd=4,a=1,b=2,c=3');
    assert.equal(state?.serialize(), 'a=1,b=2,c=3');
  });

  it('W3C-17 a tracestate that is not valid leaves the traceparent as it is', () => {
    for (const tracestate of ['!!!', '=', 'A=1', '\u0000', ',']) {
      assert.equal(extract({ traceparent: VALID, tracestate })?.traceId, TRACE_ID);
    }
  });

  it('W3C-18 an empty tracestate is not sent', () => {
    for (const tracestate of ['', ' ', ',', 'NOT=valid']) {
      assert.deepEqual(passOn({ traceparent: VALID, tracestate }), { traceparent: VALID });
    }
    const traceState = api.createTraceState('a=1').unset('a');
    assert.deepEqual(inject({ ...PARENT, traceState }), { traceparent: VALID });
  });
});
