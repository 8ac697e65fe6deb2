/** A span that the sampler drops, with the SDK on: start, end. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'span not sampled, SDK on';
export const target = { ratioAtLeast: 5 };

export function run(contender, options) {
  const tracer = contender.makeProvider({ sampled: false }).getTracer('bench', '1.0.0');
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) tracer.startSpan('GET /api/v2/orders/{id}').end();
  }, options);
}
