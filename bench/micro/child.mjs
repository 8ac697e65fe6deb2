/** A child started inside startActiveSpan, both ended, no export. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'child inside startActiveSpan, end both, no export';
export const target = { ratioAtLeast: 3 };

export function run(contender, options) {
  contender.installContext();
  const tracer = contender.makeProvider().getTracer('bench', '1.0.0');
  const body = (parent) => {
    tracer.startSpan('SELECT orders').end();
    parent.end();
  };
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) tracer.startActiveSpan('GET /api/v2/orders/{id}', body);
  }, options);
}
