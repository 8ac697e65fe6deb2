/** A log record with ten attributes into the batch processor; nothing is exported. */
import { measureTime } from '../harness/measure.mjs';
import { emitOne, tenAttributes } from '../harness/workload.mjs';

const BATCH = 512;

export const title = 'log record, 10 attributes: emit, batch';
export const target = { ratioAtLeast: 2.5 };

export function run(contender, options) {
  const provider = contender.makeLogs({ toBytes: false });
  const logger = provider.getLogger('bench', '1.0.0');
  // A flush after each 512 keeps every contender's queue from overflowing.
  return measureTime(
    async (iterations) => {
      for (let done = 0; done < iterations; done += BATCH) {
        for (let index = 0; index < BATCH; index++) emitOne(logger, tenAttributes(index));
        await provider.forceFlush();
      }
    },
    { ...options, step: BATCH },
  );
}
