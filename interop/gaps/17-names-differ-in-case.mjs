/** Gap 17: instruments whose names differ in case only become two metrics, and nobody says so. */
import assert from 'node:assert/strict';
import { heard, meterBed, valuesOf } from './metrics-tools.mjs';

export const title = 'Instruments whose names differ in case';

export const checks = {
  'are one, by the name that was first': async (subject) => {
    const { meter, reader } = meterBed(subject);
    meter.createCounter('requestCount').add(1);
    meter.createCounter('RequestCount').add(2);
    assert.deepEqual(await valuesOf(reader), { requestCount: [[{}, 3]] });
  },
  'are said': (subject) => {
    const { meter } = meterBed(subject);
    meter.createCounter('requestCount');
    assert.equal(heard(subject, () => meter.createCounter('RequestCount')).length, 1);
  },
};
