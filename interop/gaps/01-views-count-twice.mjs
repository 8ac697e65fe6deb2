/** Gap 1: two views on one instrument with one stream name share a storage that is written to twice. */
import assert from 'node:assert/strict';
import { heard, meterBed, metricsOf, valuesOf } from './metrics-tools.mjs';

export const title = 'Several views on one instrument';

export const checks = {
  'count a measurement once each': async (subject) => {
    const { meter, reader } = meterBed(subject, {
      views: [{ instrumentName: '*' }, { instrumentName: 'c' }],
    });
    meter.createCounter('c').add(1);
    const { c } = await valuesOf(reader);
    assert.deepEqual(new Set(c.map(([, value]) => value)), new Set([1]));
  },
  'have filters of their own': async (subject) => {
    const keep = subject.sdk.createAllowListAttributesProcessor([]);
    const views = [{ instrumentName: '*' }, { instrumentName: 'c', attributesProcessors: [keep] }];
    const { meter, reader } = meterBed(subject, { views });
    meter.createCounter('c').add(1, { a: 1 });
    const { c } = await valuesOf(reader);
    assert.deepEqual(c, [
      [{ a: 1 }, 1],
      [{}, 1],
    ]);
  },
  'have aggregations of their own': async (subject) => {
    const aggregation = { type: subject.sdk.AggregationType.EXPLICIT_BUCKET_HISTOGRAM };
    const views = [{ instrumentName: '*' }, { instrumentName: 'c', aggregation }];
    const { meter, reader } = meterBed(subject, { views });
    meter.createCounter('c').add(1);
    const kinds = (await metricsOf(reader)).map(({ dataPointType }) => dataPointType);
    const { SUM, HISTOGRAM } = subject.sdk.DataPointType;
    assert.deepEqual(kinds, [SUM, HISTOGRAM]);
  },
  'are said when nobody can tell their streams apart': (subject) => {
    const { meter } = meterBed(subject, { views: [{ instrumentName: '*' }, { instrumentName: 'c' }] });
    assert.equal(heard(subject, () => meter.createCounter('c')).length, 1);
  },
};
