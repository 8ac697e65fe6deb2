/** Ten thousand spans ended in one tick, default options, to a receiver in another process: how many are lost. */
import { startReceiver } from '../harness/start-receiver.mjs';
import { liveSpan } from '../harness/workload.mjs';

const SPANS = 10_000;

export const title = '10,000 spans ended in one tick, default options: lost';
export const target = { atMost: 0 };
export const rounds = 2;

export async function run(contender) {
  const receiver = await startReceiver();
  const provider = contender.makeProvider({
    processors: [contender.batch(contender.exporterTo(receiver.url))],
  });
  const tracer = provider.getTracer('bench', '1.0.0');
  const start = performance.now();
  for (let index = 0; index < SPANS; index++) liveSpan(tracer, index);
  const blocked = performance.now() - start;
  await provider.forceFlush();
  await provider.shutdown();
  const { spans } = await receiver.counts();
  receiver.close();
  const lost = SPANS - spans;
  return { value: lost, minimum: lost, unit: 'spans', note: `the tick took ${blocked.toFixed(0)} ms` };
}
