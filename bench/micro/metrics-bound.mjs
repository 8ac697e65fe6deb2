/** A counter bound to its attributes, at the default exemplar filter; only Sonde has it. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'bound counter.add';
export const target = { below: 20 };
export const contenders = ['sonde'];

export function run(contender, options) {
  contender.installContext();
  const bound = contender.makeMeter().createCounter('requests').bind({ 'http.request.method': 'GET' });
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) bound.add(1);
  }, options);
}
