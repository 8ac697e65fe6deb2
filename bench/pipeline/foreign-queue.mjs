/**
 * The edge of the queue, with an exporter that is not the contender's own and default options (maxQueueSize 2,048):
 * of 2,048 spans ended in one tick none may be lost; of 2,049 one may.
 */
export const title =
  '2,048 and 2,049 spans in one tick, foreign exporter: lost beyond what maxQueueSize allows';
export const target = { atMost: 0 };
export const rounds = 2;

const QUEUE = 2_048;

async function lostOf(contender, count) {
  let exported = 0;
  const exporter = {
    export(spans, done) {
      exported += spans.length;
      setImmediate(done, { code: 0 });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = contender.makeProvider({ processors: [contender.batch(exporter)] });
  const tracer = provider.getTracer('bench', '1.0.0');
  for (let index = 0; index < count; index++) tracer.startSpan('GET /api/v2/orders/{id}').end();
  await provider.forceFlush();
  await provider.shutdown();
  return count - exported;
}

export async function run(contender) {
  const atQueue = await lostOf(contender, QUEUE);
  const over = await lostOf(contender, QUEUE + 1);
  const value = Math.max(0, atQueue) + Math.max(0, over - 1);
  return { value, minimum: value, unit: 'spans', note: `of 2,048: ${atQueue}, of 2,049: ${over}` };
}
