/** Encoding alone: 512 ended spans with ten attributes and two events to one OTLP protobuf request. */
import { measureTime } from '../harness/measure.mjs';
import { liveSpan } from '../harness/workload.mjs';

const SPANS = 512;

export const title = 'encode 512 spans, 10 attributes, 2 events (per span)';
export const target = { ratioAtLeast: 5 };

function endedSpans(contender) {
  const spans = [];
  const keep = {
    onStart() {},
    onEnd: (span) => spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const tracer = contender.makeProvider({ processors: [keep] }).getTracer('bench', '1.0.0');
  for (let index = 0; index < SPANS; index++) liveSpan(tracer, index);
  return spans;
}

export async function run(contender, options) {
  const spans = endedSpans(contender);
  let bytes = 0;
  const result = await measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) bytes = contender.encode(spans).length;
  }, options);
  return {
    value: result.value / SPANS,
    minimum: result.minimum / SPANS,
    unit: 'ns',
    note: `${Math.round(bytes / SPANS)} bytes a span`,
  };
}
