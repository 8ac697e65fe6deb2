/** Heap bytes of a recording span with ten attributes, from start to the processor's onEnd. */
import { allocationFlags, measureAllocation } from '../harness/measure.mjs';
import { setTenAttributes } from '../harness/workload.mjs';

export const title = 'bytes allocated, recording span with 10 setAttribute, up to the processor';
export const target = { below: 700 };
export const nodeFlags = allocationFlags;

export function run(contender, options) {
  const tracer = contender.makeProvider().getTracer('bench', '1.0.0');
  return measureAllocation((iterations) => {
    for (let index = 0; index < iterations; index++) {
      const span = tracer.startSpan('GET /api/v2/orders/{id}', { kind: 1 });
      setTenAttributes(span, index);
      span.end();
    }
  }, options);
}
