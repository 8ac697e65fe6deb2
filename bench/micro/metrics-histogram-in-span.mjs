/** A histogram with 1,000 sets inside a sampled span: an exemplar for each bucket of each series is offered. */
import { measureTime } from '../harness/measure.mjs';
import { amount, thousand } from '../harness/measurements.mjs';

export const title = 'histogram.record, 1,000 sets, in a sampled span';
export const target = { ratioAtLeast: 4 };

export function run(contender, options) {
  const histogram = contender.makeMeter().createHistogram('duration');
  const loop = (iterations) => {
    for (let index = 0; index < iterations; index++) histogram.record(amount(index), thousand(index));
  };
  return contender.inSpan(() => measureTime(loop, options));
}
