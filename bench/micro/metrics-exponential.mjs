/** An exponential histogram with three attributes in a fresh object, 1,000 sets. */
import { measureTime } from '../harness/measure.mjs';
import { amount, thousand } from '../harness/measurements.mjs';

export const title = 'exponential histogram, 3 attributes, 1,000 sets';
export const target = { ratioAtLeast: 4 };

/** AggregationType.EXPONENTIAL_HISTOGRAM, the same number in all contenders. */
const views = [{ instrumentName: 'duration', aggregation: { type: 5 } }];

export function run(contender, options) {
  const histogram = contender.makeMeter({ views }).createHistogram('duration');
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) histogram.record(amount(index), thousand(index));
  }, options);
}
