/** Start, ten attributes, two events, end, batch, encode to OTLP protobuf; the bytes go nowhere. */
import { measureTime } from '../harness/measure.mjs';
import { liveSpan } from '../harness/workload.mjs';

const BATCH = 512;

export const title = 'span life: start, 10 setAttribute, 2 events, end, batch, encode';
export const target = { ratioAtLeast: 4.5 };

export async function run(contender, options) {
  const provider = contender.makeProvider({ processors: [contender.batchToBytes()] });
  const tracer = provider.getTracer('bench', '1.0.0');
  // A flush after each 512 keeps every contender's queue from overflowing: all of them encode every span.
  return measureTime(
    async (iterations) => {
      for (let done = 0; done < iterations; done += BATCH) {
        const count = Math.min(BATCH, iterations - done);
        for (let index = 0; index < count; index++) liveSpan(tracer, done + index);
        await provider.forceFlush();
      }
    },
    { ...options, step: BATCH },
  );
}
