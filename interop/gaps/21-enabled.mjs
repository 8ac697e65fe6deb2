/** Gap 21: nobody can ask whether it is worth building a span or a measurement. */
import assert from 'node:assert/strict';
import { recordingProvider } from './tools.mjs';

export const title = 'enabled()';

function answer(target) {
  return typeof target.enabled === 'function' ? target.enabled() : 'no such method';
}

export const checks = {
  'a tracer of a running SDK says yes': (subject) => {
    assert.equal(answer(recordingProvider(subject).tracer), true);
  },
  'a tracer without processors says no': ({ sdk }) => {
    assert.equal(answer(new sdk.TracerProvider().getTracer('gaps')), false);
  },
  'a tracer without an SDK says no': ({ api }) => {
    assert.equal(answer(api.trace.getTracer('gaps')), false);
  },
  'an instrument without an SDK says no': ({ api }) => {
    assert.equal(answer(api.metrics.getMeter('gaps').createCounter('counter')), false);
  },
};
