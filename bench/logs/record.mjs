/**
 * The life of a log record: emitted into the batch processor and dropped there, or encoded to OTLP protobuf, whose bytes go
 * nowhere. With three attributes, as a line of an application has, and with ten.
 */
import { measureTime } from '../harness/measure.mjs';
import { emitOne, tenAttributes, threeAttributes } from '../harness/workload.mjs';

const BATCH = 512;

function recordCase(title, target, { attributes, toBytes }) {
  function run(contender, options) {
    const provider = contender.makeLogs({ toBytes });
    const logger = provider.getLogger('bench', '1.0.0');
    // A flush after each 512 keeps every contender's queue from overflowing.
    return measureTime(
      async (iterations) => {
        for (let done = 0; done < iterations; done += BATCH) {
          for (let index = 0; index < BATCH; index++) emitOne(logger, attributes(index));
          await provider.forceFlush();
        }
      },
      { ...options, step: BATCH },
    );
  }
  return { title, target, run };
}

const emit = { ratioAtLeast: 2.5 };
const life = { ratioAtLeast: 3 };

export const cases = {
  'emit-three': recordCase('log record, 3 attributes: emit, batch', emit, {
    attributes: threeAttributes,
    toBytes: false,
  }),
  'emit-ten': recordCase('log record, 10 attributes: emit, batch', emit, {
    attributes: tenAttributes,
    toBytes: false,
  }),
  'life-three': recordCase('log record, 3 attributes: emit, batch, encode', life, {
    attributes: threeAttributes,
    toBytes: true,
  }),
  'life-ten': recordCase('log record, 10 attributes: emit, batch, encode', life, {
    attributes: tenAttributes,
    toBytes: true,
  }),
};
