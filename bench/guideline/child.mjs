/**
 * One measurement of the specification's guideline in a process of its own:
 * `node child.mjs <sonde or official> <URL of the receiver> <JSON of what to do>`. Prints its result as JSON.
 */
import { setTimeout as delay } from 'node:timers/promises';

const [name, url, text] = process.argv.slice(2);
const task = JSON.parse(text);

/** Ten names and ten values of twenty characters. */
const names = Array.from({ length: 10 }, (_, index) => `attribute.number.${String(index).padStart(3, '0')}`);
const values = Array.from({ length: 10 }, (_, index) => `value of twenty: ${String(index).padStart(3, '0')}`);

/** What a user of either SDK imports. */
async function load() {
  if (name === 'official') {
    const { traces, resources, exporter } = await import('../contenders/official-3/modules.mjs');
    return { ...traces, ...resources, ...exporter };
  }
  return { ...(await import('sonde/sdk')), ...(await import('sonde/otlp')) };
}

const sdk = await load();
const exporter = new sdk.OTLPTraceExporter({ url });
const Processor = task.processor === 'simple' ? sdk.SimpleSpanProcessor : sdk.BatchSpanProcessor;
const provider = new sdk.TracerProvider({
  resource: sdk.resourceFromAttributes({
    'service.name': 'ten letter',
    'service.version': 'ten digits',
    name: 'ten of it.',
  }),
  sampler: new sdk.AlwaysOnSampler(),
  spanProcessors: [new Processor({ exporter })],
});
const tracer = provider.getTracer('guideline');

function makeSpan() {
  const span = tracer.startSpan('guideline', { root: true });
  for (let index = 0; index < 10; index++) span.setAttribute(names[index], values[index]);
  span.end();
}

/** No more at a time than the default queue holds, or requests may be open, so that nobody has to drop any. */
const AT_ONCE = task.processor === 'simple' ? 20 : 2_048;

async function makeSpans(count) {
  for (let left = count; left > 0; left -= AT_ONCE) {
    for (let index = Math.min(left, AT_ONCE); index > 0; index--) makeSpan();
    await provider.forceFlush();
  }
}

/** Spans created and exported in a second. */
async function throughput({ spans, warmUp }) {
  await makeSpans(warmUp);
  const start = performance.now();
  await makeSpans(spans);
  return { spansPerSecond: spans / ((performance.now() - start) / 1_000), made: warmUp + spans };
}

const cpuMillis = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** CPU and heap at a given number of spans a second; both over what the process holds and does without any. */
async function steady({ rate, seconds }) {
  await makeSpans(2_048);
  globalThis.gc();
  const heapBefore = process.memoryUsage().heapUsed;
  const heaps = [];
  const shares = [];
  let made = 2_048;
  const start = performance.now();
  let window = { from: start, cpu: process.cpuUsage() };
  const all = process.cpuUsage();
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
    const due = 2_048 + Math.floor((elapsed * rate) / 1_000);
    for (; made < due; made++) makeSpan();
    heaps.push(process.memoryUsage().heapUsed - heapBefore);
    const now = performance.now();
    if (now - window.from >= Math.min(1_000, seconds * 500)) {
      shares.push(cpuMillis(window.cpu) / (now - window.from));
      window = { from: now, cpu: process.cpuUsage() };
    }
    await delay(10);
  }
  const took = performance.now() - start;
  const cpuAverage = cpuMillis(all) / took;
  await provider.forceFlush().catch(() => {});
  return {
    cpuAverage,
    cpuPeak: Math.max(cpuAverage, ...shares),
    heapAverage: heaps.reduce((sum, heap) => sum + heap, 0) / heaps.length,
    heapPeak: Math.max(...heaps),
    made,
  };
}

const result = task.kind === 'throughput' ? await throughput(task) : await steady(task);
await provider.shutdown().catch(() => {});
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
