/** A bound counter inside a sampled span: each measurement is offered as an exemplar. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'bound counter.add, in a sampled span';
export const target = { below: 40 };
export const contenders = ['sonde'];

export function run(contender, options) {
  const bound = contender.makeMeter().createCounter('requests').bind({ 'http.request.method': 'GET' });
  const loop = (iterations) => {
    for (let index = 0; index < iterations; index++) bound.add(1);
  };
  return contender.inSpan(() => measureTime(loop, options));
}
