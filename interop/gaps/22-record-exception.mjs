/** Gap 22: recordException takes no attributes and calls the error by its code. */
import assert from 'node:assert/strict';
import { recordingProvider } from './tools.mjs';

export const title = 'recordException';

function recorded(subject, ...given) {
  const { tracer, spans } = recordingProvider(subject);
  const span = tracer.startSpan('span');
  span.recordException(...given);
  span.end();
  return spans[0].events[0].attributes;
}

export const checks = {
  'takes further attributes': (subject) => {
    assert.equal(recorded(subject, new Error('broken'), { 'app.step': 3 })['app.step'], 3);
  },
  'further attributes win over its own': (subject) => {
    const attributes = recorded(subject, new Error('broken'), { 'exception.message': 'mine' });
    assert.equal(attributes['exception.message'], 'mine');
  },
  'exception.type is the class, not the code': (subject) => {
    const error = Object.assign(new RangeError('broken'), { code: 'ERR_BROKEN' });
    assert.equal(recorded(subject, error)['exception.type'], 'RangeError');
  },
};
