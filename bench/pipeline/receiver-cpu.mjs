/** Span life as in micro/span-life, sent to a receiver in another process: CPU time of the whole process per span. */
import { startReceiver } from '../harness/start-receiver.mjs';
import { median, minimum } from '../harness/statistics.mjs';
import { liveSpan } from '../harness/workload.mjs';

const BATCH = 512;

export const title = 'span life to a receiver in another process, CPU of the whole process per span';
export const target = { ratioAtLeast: 4 };

async function cpuPerSpan(provider, tracer, batches) {
  const before = process.cpuUsage();
  for (let batch = 0; batch < batches; batch++) {
    for (let index = 0; index < BATCH; index++) liveSpan(tracer, index);
    await provider.forceFlush();
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / (batches * BATCH);
}

export async function run(contender, { quick = false } = {}) {
  const receiver = await startReceiver();
  return runToReceiver(contender, receiver, contender.exporterTo(receiver.url), quick);
}

/** The same for any exporter to any receiver. */
export async function runToReceiver(contender, receiver, exporter, quick) {
  const provider = contender.makeProvider({ processors: [contender.batch(exporter)] });
  const tracer = provider.getTracer('bench', '1.0.0');
  const batches = quick ? 30 : 60;
  const samples = [];
  const rounds = quick ? 4 : 8;
  const warmUps = 4;
  for (let round = 0; round < rounds + warmUps; round++) {
    const sample = await cpuPerSpan(provider, tracer, batches);
    if (round >= warmUps) samples.push(sample);
  }
  await provider.shutdown();
  const { spans, bytes } = await receiver.counts();
  receiver.close();
  const made = (rounds + warmUps) * batches * BATCH;
  if (spans !== made) throw new Error(`The receiver counted ${spans} of ${made} spans`);
  return {
    value: median(samples),
    minimum: minimum(samples),
    unit: 'ns',
    note: `${Math.round(bytes / spans)} bytes a span on the wire`,
  };
}
