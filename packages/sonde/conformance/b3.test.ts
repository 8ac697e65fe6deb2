/** Rows B3, and the rows of the other propagators and of environment variables as carriers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Context, SpanContext } from 'sonde';
import { api, propagators, sdk } from './subject.ts';

const TRACE_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN_ID = 'e457b5a2e4d86bd1';
const PARENT_ID = '05e3ac9a4f6e3b90';

const { SINGLE_HEADER, MULTI_HEADER } = { SINGLE_HEADER: 0, MULTI_HEADER: 1 } as const;

function extract(carrier: Record<string, string>): Context {
  return new propagators.B3Propagator().extract(api.ROOT_CONTEXT, carrier, api.defaultTextMapGetter);
}

const spanContextOf = (carrier: Record<string, string>): SpanContext | undefined =>
  api.trace.getSpanContext(extract(carrier));

function inject(context: Context, injectEncoding?: 0 | 1): Record<string, string> {
  const carrier: Record<string, string> = {};
  const options = injectEncoding === undefined ? {} : { injectEncoding };
  new propagators.B3Propagator(options).inject(context, carrier, api.defaultTextMapSetter);
  return carrier;
}

const multi = (more: Record<string, string> = {}) => ({
  'x-b3-traceid': TRACE_ID,
  'x-b3-spanid': SPAN_ID,
  'x-b3-sampled': '1',
  ...more,
});

describe('B3', () => {
  it('B3-01 the single header wins over the several', () => {
    const other = TRACE_ID.replace('80', '90');
    assert.equal(spanContextOf({ b3: `${other}-${SPAN_ID}-1`, ...multi() })?.traceId, other);
    assert.equal(spanContextOf({ b3: `${TRACE_ID}-${SPAN_ID}-1` })?.traceFlags, 1);
    assert.equal(spanContextOf({ b3: `${TRACE_ID}-${SPAN_ID}-0-${PARENT_ID}` })?.traceFlags, 0);
    assert.equal(spanContextOf({ b3: `${TRACE_ID}-${SPAN_ID}` })?.traceFlags, 0);
    assert.equal(spanContextOf(multi())?.spanId, SPAN_ID);
  });

  it('B3-01 the several headers are tried when the single one is not valid', () => {
    for (const b3 of ['', 'x', `${TRACE_ID}-`, `${'0'.repeat(32)}-${SPAN_ID}-1`]) {
      assert.equal(spanContextOf({ b3, ...multi() })?.traceId, TRACE_ID, b3);
    }
  });

  it('B3-02 debug is sampled, and is sent on in either form', () => {
    const debug = [{ b3: `${TRACE_ID}-${SPAN_ID}-d` }, multi({ 'x-b3-flags': '1', 'x-b3-sampled': '0' })];
    for (const carrier of debug) {
      const context = extract(carrier);
      assert.equal(api.trace.getSpanContext(context)?.traceFlags, 1);
      assert.equal(inject(context, SINGLE_HEADER)['b3'], `${TRACE_ID}-${SPAN_ID}-d`);
      assert.equal(inject(context, MULTI_HEADER)['x-b3-flags'], '1');
    }
  });

  it('B3-02 debug reaches later requests through a span of this service', () => {
    const context = extract({ b3: `${TRACE_ID}-${SPAN_ID}-d` });
    const span = new sdk.TracerProvider().getTracer('test').startSpan('server', {}, context);
    const sent = inject(api.trace.setSpan(context, span), MULTI_HEADER);
    assert.equal(sent['x-b3-flags'], '1');
    assert.equal(sent['x-b3-spanid'], span.spanContext().spanId);
  });

  it('B3-03 trace ids of 64 bits are padded on the left', () => {
    const short = TRACE_ID.slice(16);
    assert.equal(spanContextOf({ b3: `${short}-${SPAN_ID}-1` })?.traceId, `${'0'.repeat(16)}${short}`);
    assert.equal(spanContextOf(multi({ 'x-b3-traceid': short }))?.traceId, `${'0'.repeat(16)}${short}`);
  });

  it('B3-04 the span id that came in is not that of the server span', () => {
    const context = extract(multi());
    const span = new sdk.TracerProvider().getTracer('test').startSpan('server', {}, context);
    assert.equal(span.spanContext().traceId, TRACE_ID);
    assert.notEqual(span.spanContext().spanId, SPAN_ID);
  });

  it('B3-05 the single header is written by default, the several on request', () => {
    const context = extract(multi());
    assert.deepEqual(inject(context), { b3: `${TRACE_ID}-${SPAN_ID}-1` });
    assert.deepEqual(inject(context, SINGLE_HEADER), { b3: `${TRACE_ID}-${SPAN_ID}-1` });
    assert.deepEqual(inject(context, MULTI_HEADER), multi());
    assert.equal(propagators.B3InjectEncoding.MULTI_HEADER, MULTI_HEADER);
  });

  it('B3-06 the id of the parent span is never written', () => {
    for (const carrier of [
      multi({ 'x-b3-parentspanid': PARENT_ID }),
      { b3: `${TRACE_ID}-${SPAN_ID}-1-${PARENT_ID}` },
    ]) {
      for (const encoding of [SINGLE_HEADER, MULTI_HEADER] as const) {
        assert.ok(!JSON.stringify(inject(extract(carrier), encoding)).includes(PARENT_ID));
      }
    }
  });

  it('B3-07 fields are those of the configured form', () => {
    const fields = (injectEncoding: 0 | 1) =>
      new propagators.B3Propagator({ injectEncoding }).fields().sort();
    assert.deepEqual(fields(SINGLE_HEADER), ['b3']);
    assert.deepEqual(fields(MULTI_HEADER), ['x-b3-flags', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']);
  });

  it('B3-08 the single header is validated from its first to its last character', () => {
    const valid = `${TRACE_ID}-${SPAN_ID}-1`;
    for (const b3 of [
      `x${valid}`,
      `${valid}x`,
      `${valid}-`,
      `${valid}-${PARENT_ID}0`,
      `0${valid}`,
      `${valid}\n${valid}`,
    ]) {
      assert.equal(spanContextOf({ b3 }), undefined, b3);
    }
  });

  it('B3-09 a decision without ids makes no parent', () => {
    for (const b3 of ['0', '1', 'd']) assert.equal(spanContextOf({ b3 }), undefined);
    assert.equal(spanContextOf({ 'x-b3-sampled': '0' }), undefined);
  });

  it('PROP-18 the propagators of the core are there', () => {
    for (const name of ['W3CTraceContextPropagator', 'W3CBaggagePropagator', 'B3Propagator'] as const) {
      assert.equal(typeof new propagators[name]().inject, 'function');
    }
  });
});

describe('other propagators', () => {
  const context = api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 1,
  });
  const withBaggage = api.propagation.setBaggage(
    context,
    api.propagation.createBaggage({ user: { value: 'a b' } }),
  );

  it('OPROP-01 Jaeger: uber-trace-id and uberctx- baggage', () => {
    const propagator = new propagators.JaegerPropagator();
    const carrier: Record<string, string> = {};
    propagator.inject(withBaggage, carrier, api.defaultTextMapSetter);
    assert.deepEqual(carrier, { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:01`, 'uberctx-user': 'a%20b' });
    const extracted = propagator.extract(api.ROOT_CONTEXT, carrier, api.defaultTextMapGetter);
    assert.equal(api.trace.getSpanContext(extracted)?.traceId, TRACE_ID);
    assert.equal(api.propagation.getBaggage(extracted)?.getEntry('user')?.value, 'a b');
    const of = (header: string) =>
      api.trace.getSpanContext(
        propagator.extract(api.ROOT_CONTEXT, { 'uber-trace-id': header }, api.defaultTextMapGetter),
      );
    assert.equal(of('1:2:0:1')?.traceId, '1'.padStart(32, '0'));
    assert.equal(of(encodeURIComponent(`${TRACE_ID}:${SPAN_ID}:0:3`))?.traceFlags, 1);
    for (const bad of ['0:0:0:1', `${TRACE_ID}:0:0:1`, 'x:1:0:1', `${TRACE_ID}:${SPAN_ID}:0`, '']) {
      assert.equal(of(bad), undefined, bad);
    }
  });

  it('OPROP-02 OT Trace: ot-tracer-* and ot-baggage-*', () => {
    const propagator = new propagators.OTTracePropagator();
    const carrier: Record<string, string> = {};
    propagator.inject(withBaggage, carrier, api.defaultTextMapSetter);
    assert.deepEqual(carrier, {
      'ot-tracer-traceid': TRACE_ID.slice(16),
      'ot-tracer-spanid': SPAN_ID,
      'ot-tracer-sampled': 'true',
      'ot-baggage-user': 'a b',
    });
    const extracted = propagator.extract(api.ROOT_CONTEXT, carrier, api.defaultTextMapGetter);
    assert.equal(api.trace.getSpanContext(extracted)?.traceId, TRACE_ID.slice(16).padStart(32, '0'));
    assert.doesNotMatch(propagators.OTTracePropagator.name, /opentracing/i);
  });

  it('OPROP-03 X-Ray: x-amzn-trace-id', () => {
    const propagator = new propagators.AWSXRayPropagator();
    const carrier: Record<string, string> = {};
    propagator.inject(context, carrier, api.defaultTextMapSetter);
    const root = `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`;
    assert.deepEqual(carrier, { 'x-amzn-trace-id': `Root=${root};Parent=${SPAN_ID};Sampled=1` });
    const of = (header: string) =>
      api.trace.getSpanContext(
        propagator.extract(api.ROOT_CONTEXT, { 'X-Amzn-Trace-Id': header }, api.defaultTextMapGetter),
      );
    assert.equal(of(`Self=1-2-3; Parent=${SPAN_ID}; Root=${root}; Sampled=0; Lineage=x`)?.traceFlags, 0);
    assert.equal(of(`Root=${root};Parent=${SPAN_ID};Sampled=?`)?.traceId, TRACE_ID);
    for (const bad of [
      `Root=${root}`,
      `Root=2${root.slice(1)};Parent=${SPAN_ID}`,
      `Root=${root};Parent=1`,
      '',
    ]) {
      assert.equal(of(bad), undefined, bad);
    }
  });
});

describe('environment variables as carriers', () => {
  const setter = () => new propagators.EnvironmentSetter();
  const getter = (env: Record<string, string>) => new propagators.EnvironmentGetter(env);
  function written(key: string): string {
    const env: Record<string, string> = {};
    setter().set(env, key, 'v');
    return Object.keys(env).join();
  }

  it('ENVC-01 names are normalized', () => {
    assert.equal(written('traceparent'), 'TRACEPARENT');
    assert.equal(written('x-b3-traceid'), 'X_B3_TRACEID');
    assert.equal(written('a.b c/d'), 'A_B_C_D');
    assert.equal(written('1key'), '_1KEY');
    assert.equal(written(''), '_');
    assert.equal(written('é'), '_');
  });

  it('ENVC-02 what is written and read is the normalized name, and only that', () => {
    const env = { 'x-key': 'raw', X_KEY: 'normalized' };
    assert.equal(getter(env).get(undefined, 'x-key'), 'normalized');
    assert.equal(getter({ 'x-key': 'raw' }).get(undefined, 'x-key'), undefined);
  });

  it('ENVC-03 keys are the names that are normalized already', () => {
    assert.deepEqual(getter({ TRACEPARENT: '1', lower: '2', _A1: '3', '1A': '4', 'A-B': '5' }).keys(), [
      'TRACEPARENT',
      '_A1',
    ]);
  });

  it('ENVC-04 values are passed on as they are', () => {
    for (const value of ['', ' x ', 'a=b,c;d', 'not a traceparent', '\u{1f600}\n']) {
      const env: Record<string, string> = {};
      setter().set(env, 'traceparent', value);
      assert.equal(env['TRACEPARENT'], value);
      assert.equal(getter(env).get(undefined, 'traceparent'), value);
    }
  });

  it('ENVC-05 ENVC-07 context goes through a plain object, and no process is started', () => {
    const propagator = new propagators.W3CTraceContextPropagator();
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    const env: Record<string, string> = { PATH: '/bin' };
    propagator.inject(api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext), env, setter());
    assert.deepEqual(env, { PATH: '/bin', TRACEPARENT: `00-${TRACE_ID}-${SPAN_ID}-01` });
    const reader = new propagators.EnvironmentGetter();
    const extracted = propagator.extract(api.ROOT_CONTEXT, env, reader);
    assert.equal(api.trace.getSpanContext(extracted)?.spanId, SPAN_ID);
    assert.equal(process.env['TRACEPARENT'], undefined);
  });
});
