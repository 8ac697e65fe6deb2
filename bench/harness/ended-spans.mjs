/** Spans that have ended, for cases that measure what is done with them alone. */
import { measureTime } from './measure.mjs';
import { liveSpan } from './workload.mjs';

const SPANS = 512;

/** As many ended spans as a batch has. */
export function endedSpans(contender) {
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

/** The time of `encode(spans)`, which gives the bytes of the message, for each of the spans. */
export async function perSpan(spans, encode, options) {
  let bytes = 0;
  const result = await measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) bytes = encode(spans);
  }, options);
  return {
    value: result.value / spans.length,
    minimum: result.minimum / spans.length,
    unit: 'ns',
    note: `${Math.round(bytes / spans.length)} bytes a span`,
  };
}
