/** A counter with three labels against prom-client. */
import { measureTime } from '../harness/measure.mjs';
import { labels, threeLabels } from '../harness/measurements.mjs';

export const title = 'counter with 3 labels, against prom-client';
export const target = { ratioAtLeast: 3 };
export const contenders = ['sonde', 'prom-client'];

export function run(contender, options) {
  const counter = contender.makeMeter().createCounter('requests', { labels });
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) counter.add(1, threeLabels(index));
  }, options);
}
