/** A counter with three attributes in a fresh object, 32 sets, outside a span. */
import { measureTime } from '../harness/measure.mjs';
import { three } from '../harness/measurements.mjs';

export const title = 'counter.add, 3 attributes, fresh object';
// 6 on Node 20 and 4 on Node 26 are asked for.
export const target = { ratioAtLeast: process.version.startsWith('v20') ? 6 : 4 };

export function run(contender, options) {
  const counter = contender.makeMeter().createCounter('requests');
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) counter.add(1, three(index));
  }, options);
}
