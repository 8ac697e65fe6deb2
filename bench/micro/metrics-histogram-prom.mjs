/** A histogram with three labels and the same buckets against prom-client. */
import { measureTime } from '../harness/measure.mjs';
import { amount, labels, thousandLabels } from '../harness/measurements.mjs';

export const title = 'histogram with 3 labels, 1,000 sets, against prom-client';
export const target = { ratioAtLeast: 3 };
export const contenders = ['sonde', 'prom-client'];

export function run(contender, options) {
  const histogram = contender.makeMeter().createHistogram('duration', { labels });
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) histogram.record(amount(index), thousandLabels(index));
  }, options);
}
