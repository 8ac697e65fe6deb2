/** Gap 34: baggage entries with an empty value are dropped. */
import assert from 'node:assert/strict';
import { extract } from './tools.mjs';

export const title = 'A baggage entry may have an empty value';

export const checks = {
  'when extracted': (subject) => {
    const baggage = subject.api.propagation.getBaggage(extract(subject, { baggage: 'empty=,full=1' }));
    assert.equal(baggage?.getEntry('full')?.value, '1');
    assert.equal(baggage.getEntry('empty')?.value, '');
  },
};
