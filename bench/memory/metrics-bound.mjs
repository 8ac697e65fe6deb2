/** Heap bytes of a bound counter's add, without exemplars; only Sonde has it. */
import { allocationFlags, measureAllocation } from '../harness/measure.mjs';

export const title = 'bytes allocated, bound counter.add, exemplars off';
// Nothing is allocated: what is left is the measurement's own, over 20,000 iterations.
export const target = { below: 1 };
export const nodeFlags = allocationFlags;
export const contenders = ['sonde'];

export function run(contender, options) {
  const counter = contender.makeMeter({ exemplarFilter: 'always_off' }).createCounter('requests');
  const bound = counter.bind({ 'http.request.method': 'GET' });
  return measureAllocation((iterations) => {
    for (let index = 0; index < iterations; index++) bound.add(1);
  }, options);
}
