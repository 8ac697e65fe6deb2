/** Heap bytes of counter.add with three attributes, beyond the caller's own object. */
import { allocationFlags, measureAllocation } from '../harness/measure.mjs';
import { three } from '../harness/measurements.mjs';

export const title = "bytes allocated, counter.add with 3 attributes, beyond the caller's object";
export const target = { below: 1 };
export const nodeFlags = allocationFlags;

export function run(contender, options) {
  const counter = contender.makeMeter().createCounter('requests');
  // The same objects over and over: what is allocated is not theirs.
  const sets = Array.from({ length: 32 }, (_, index) => three(index));
  return measureAllocation((iterations) => {
    for (let index = 0; index < iterations; index++) counter.add(1, sets[index & 31]);
  }, options);
}
