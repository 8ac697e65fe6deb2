/** Gap 27: the largest scale of exponential histograms is fixed, and there is no threshold for zero. */
import assert from 'node:assert/strict';
import { meterBed, metricsOf } from './metrics-tools.mjs';

export const title = 'Exponential histograms';

async function histogramOf(subject, options, values) {
  const aggregation = { type: subject.sdk.AggregationType.EXPONENTIAL_HISTOGRAM, options };
  const { meter, reader } = meterBed(subject, { views: [{ instrumentName: '*', aggregation }] });
  for (const value of values) meter.createHistogram('h').record(value);
  const [{ dataPoints }] = await metricsOf(reader);
  return dataPoints[0].value;
}

export const checks = {
  'begin at the scale that they are told': async (subject) => {
    assert.equal((await histogramOf(subject, { maxScale: 3 }, [7])).scale, 3);
  },
  'count what is not above a threshold as zero': async (subject) => {
    const { zeroCount, zeroThreshold } = await histogramOf(subject, { zeroThreshold: 1 }, [0.5, 1, 2]);
    assert.deepEqual([zeroCount, zeroThreshold], [2, 1]);
  },
};
