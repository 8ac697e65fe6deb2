/** Gap 3: a set of attributes that was observed once is exported for ever. */
import assert from 'node:assert/strict';
import { meterBed, valuesOf } from './metrics-tools.mjs';

export const title = 'Observable instruments';

async function secondCollection(subject, create) {
  const { meter, reader } = meterBed(subject);
  let sets = [1, 2];
  meter[create]('o').addCallback((result) => {
    for (const set of sets) result.observe(set, { set });
  });
  await valuesOf(reader);
  sets = [1];
  return (await valuesOf(reader)).o;
}

export const checks = {
  'export of a gauge what was observed in this collection': async (subject) => {
    assert.deepEqual(await secondCollection(subject, 'createObservableGauge'), [[{ set: 1 }, 1]]);
  },
  'export of a counter what was observed in this collection': async (subject) => {
    assert.deepEqual(await secondCollection(subject, 'createObservableCounter'), [[{ set: 1 }, 1]]);
  },
  'export nothing when nothing was observed': async (subject) => {
    const { meter, reader } = meterBed(subject);
    let isThere = true;
    meter.createObservableGauge('o').addCallback((result) => isThere && result.observe(1));
    await valuesOf(reader);
    isThere = false;
    assert.deepEqual(await valuesOf(reader), {});
  },
};
