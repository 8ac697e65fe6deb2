/** A counter with three attributes in a fresh object, 32 sets, inside a sampled span: exemplars are offered. */
import { measureTime } from '../harness/measure.mjs';
import { three } from '../harness/measurements.mjs';

export const title = 'counter.add, 3 attributes, in a sampled span';
export const target = { ratioAtLeast: 4 };

export function run(contender, options) {
  const counter = contender.makeMeter().createCounter('requests');
  const loop = (iterations) => {
    for (let index = 0; index < iterations; index++) counter.add(1, three(index));
  };
  return contender.inSpan(() => measureTime(loop, options));
}
