/** A counter with ten attributes in a fresh object, 32 sets. */
import { measureTime } from '../harness/measure.mjs';
import { ten } from '../harness/measurements.mjs';

export const title = 'counter.add, 10 attributes, fresh object';
export const target = { ratioAtLeast: 4 };

export function run(contender, options) {
  const counter = contender.makeMeter().createCounter('requests');
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) counter.add(1, ten(index));
  }, options);
}
