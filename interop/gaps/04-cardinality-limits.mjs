/** Gap 4: the limit bounds one interval and not what is kept, and overflows one set too early. */
import assert from 'node:assert/strict';
import { meterBed, valuesOf } from './metrics-tools.mjs';

export const title = 'Cardinality limits';

const limit3 = { cardinalitySelector: () => 3 };

export const checks = {
  'leave room for as many sets as they say': async (subject) => {
    const { meter, reader } = meterBed(subject, {}, limit3);
    for (const set of [1, 2, 3]) meter.createCounter('c').add(1, { set });
    assert.deepEqual(
      (await valuesOf(reader)).c.map(([attributes]) => attributes),
      [{ set: 1 }, { set: 2 }, { set: 3 }],
    );
  },
  'bound what is kept over collections': async (subject) => {
    const { meter, reader } = meterBed(subject, {}, limit3);
    for (let round = 0; round < 5; round++) {
      for (const set of [1, 2]) meter.createCounter('c').add(1, { set: round * 2 + set });
      await valuesOf(reader);
    }
    const { c } = await valuesOf(reader);
    assert.ok(c.length <= 4, `${c.length} points`);
    assert.deepEqual(c.at(-1), [{ 'otel.metric.overflow': true }, 7]);
  },
  'of the reader hold where a view matches': async (subject) => {
    const { meter, reader } = meterBed(
      subject,
      { views: [{ instrumentName: 'c', description: 'd' }] },
      limit3,
    );
    for (let set = 0; set < 10; set++) meter.createCounter('c').add(1, { set });
    assert.ok((await valuesOf(reader)).c.length <= 4);
  },
};
