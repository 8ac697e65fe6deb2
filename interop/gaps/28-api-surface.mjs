/** Gap 28: parts of the propagation and span context API. */
import assert from 'node:assert/strict';
import { SPAN_ID, TRACE_ID } from './tools.mjs';

export const title = 'Getters, span contexts as bytes, the global propagator';

export const checks = {
  'the default getter gives all values of a field': ({ api }) => {
    const getter = api.defaultTextMapGetter;
    assert.equal(typeof getter.getAll, 'function');
    assert.deepEqual(getter.getAll({ a: ['1', '2'] }, 'a'), ['1', '2']);
    assert.deepEqual(getter.getAll({ a: '1' }, 'b'), []);
  },
  'the default getter does not mind the case of a name': ({ api }) => {
    assert.equal(api.defaultTextMapGetter.get({ Traceparent: 'value' }, 'traceparent'), 'value');
  },
  'a span context is made from bytes': ({ api }) => {
    assert.equal(typeof api.spanContextFromBytes, 'function');
    const made = api.spanContextFromBytes(Buffer.from(TRACE_ID, 'hex'), Buffer.from(SPAN_ID, 'hex'));
    assert.deepEqual([made.traceId, made.spanId], [TRACE_ID, SPAN_ID]);
  },
  'the ids of a span context are had as bytes': ({ api }) => {
    assert.equal(typeof api.traceIdToBytes, 'function');
    assert.equal(Buffer.from(api.traceIdToBytes(TRACE_ID)).toString('hex'), TRACE_ID);
    assert.equal(Buffer.from(api.spanIdToBytes(SPAN_ID)).toString('hex'), SPAN_ID);
  },
  'the global propagator can be read': ({ api, propagators }) => {
    assert.equal(typeof api.propagation.getGlobalPropagator, 'function');
    const propagator = new propagators.W3CTraceContextPropagator();
    api.propagation.setGlobalPropagator(propagator);
    assert.equal(api.propagation.getGlobalPropagator(), propagator);
  },
};
