/** A log record with three attributes: emit, batch, encode to OTLP protobuf; the bytes go nowhere. */
import { measureTime } from '../harness/measure.mjs';
import { emitOne, threeAttributes } from '../harness/workload.mjs';

const BATCH = 512;

export const title = 'log record, 3 attributes: emit, batch, encode';
export const target = { ratioAtLeast: 3 };

export function run(contender, options) {
  const provider = contender.makeLogs({ toBytes: true });
  const logger = provider.getLogger('bench', '1.0.0');
  // A flush after each 512 keeps every contender's queue from overflowing.
  return measureTime(
    async (iterations) => {
      for (let done = 0; done < iterations; done += BATCH) {
        for (let index = 0; index < BATCH; index++) emitOne(logger, threeAttributes(index));
        await provider.forceFlush();
      }
    },
    { ...options, step: BATCH },
  );
}
