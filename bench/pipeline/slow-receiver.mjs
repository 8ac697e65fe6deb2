/** 36,000 spans a second for some seconds, default options, to a receiver that answers after 50 ms: delivered share. */
import { startReceiver } from '../harness/start-receiver.mjs';
import { liveSpan } from '../harness/workload.mjs';

const SPANS_PER_SECOND = 36_000;
const ANSWER_AFTER_MILLIS = 50;

export const title = '36,000 spans a second, receiver answers after 50 ms: delivered';
export const target = { atLeast: 99.9 };
export const rounds = 2;

/** Makes spans at the rate, catching up after each timer; resolves with how many. */
function produce(tracer, seconds) {
  const start = performance.now();
  let made = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min((performance.now() - start) / 1000, seconds);
      const due = Math.floor(elapsed * SPANS_PER_SECOND);
      for (; made < due; made++) liveSpan(tracer, made);
      if (elapsed < seconds) return;
      clearInterval(timer);
      resolve(made);
    }, 2);
  });
}

export async function run(contender, { quick = false } = {}) {
  const receiver = await startReceiver({ delayMillis: ANSWER_AFTER_MILLIS });
  const provider = contender.makeProvider({
    processors: [contender.batch(contender.exporterTo(receiver.url))],
  });
  const made = await produce(provider.getTracer('bench', '1.0.0'), quick ? 2 : 5);
  await provider.forceFlush().catch(() => {});
  await provider.shutdown().catch(() => {});
  const { spans, requests } = await receiver.counts();
  receiver.close();
  const delivered = (spans / made) * 100;
  return {
    value: delivered,
    minimum: delivered,
    unit: '%',
    note: `${spans} of ${made} in ${requests} requests`,
  };
}
