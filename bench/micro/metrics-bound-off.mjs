/** A counter bound to its attributes, without exemplars: what is left of a measurement; only Sonde has it. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'bound counter.add, exemplars off';
export const target = { below: 6 };
export const contenders = ['sonde'];

export function run(contender, options) {
  const counter = contender.makeMeter({ exemplarFilter: 'always_off' }).createCounter('requests');
  const bound = counter.bind({ 'http.request.method': 'GET' });
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) bound.add(1);
  }, options);
}
