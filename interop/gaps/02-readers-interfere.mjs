/** Gap 2: what callbacks observe for one reader lands with all of them. */
import assert from 'node:assert/strict';
import { manualReader, valuesOf } from './metrics-tools.mjs';

export const title = 'Several readers of one provider';

export const checks = {
  'get only what was observed for them': async (subject) => {
    const readers = [manualReader(subject), manualReader(subject)];
    const meter = new subject.sdk.MeterProvider({ readers }).getMeter('gaps');
    let call = 0;
    meter.createObservableGauge('g').addCallback((result) => {
      call += 1;
      result.observe(call, { call });
    });
    await valuesOf(readers[0]);
    await valuesOf(readers[0]);
    assert.deepEqual(await valuesOf(readers[1]), { g: [[{ call: 3 }, 3]] });
  },
};
