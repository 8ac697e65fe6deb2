/**
 * How one case is measured inside its own process.
 *
 * Time: the loop is run until it has warmed up, its length is set so that one sample takes about 20 ms, and many samples
 * are taken. What is counted is the CPU time of all threads of the process, the collector's and the compiler's too: on a
 * quiet machine it is the wall clock and a little more, on a busy one it still says what the work costs.
 *
 * Allocation: the process runs with a young generation so large that no collection happens while the loop runs, so that
 * the growth of the heap is what the loop allocated. That none happened is checked, not hoped for; a sample during which
 * one did is thrown away.
 */
import { GCProfiler } from 'node:v8';
import { median, minimum } from './statistics.mjs';

const SAMPLE_MILLIS = 20;

/** Node flags of a process that measures allocation. */
export const allocationFlags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

async function warmUp(loop, millis) {
  const until = performance.now() + millis;
  let iterations = 64;
  let perIteration = Number.POSITIVE_INFINITY;
  while (performance.now() < until) {
    const start = performance.now();
    await loop(iterations);
    const took = performance.now() - start;
    perIteration = took / iterations;
    if (took < SAMPLE_MILLIS / 2) iterations *= 2;
  }
  return perIteration;
}

/** Nanoseconds of CPU per iteration of `loop(iterations)`, which may be asynchronous. `step` is the smallest loop length. */
export async function measureTime(loop, { quick = false, step = 1 } = {}) {
  const perIteration = await warmUp(loop, quick ? 250 : 700);
  const iterations = Math.max(1, Math.round(SAMPLE_MILLIS / perIteration / step)) * step;
  const samples = [];
  for (let sample = 0; sample < (quick ? 9 : 25); sample++) {
    const before = process.cpuUsage();
    await loop(iterations);
    const { user, system } = process.cpuUsage(before);
    samples.push(((user + system) * 1e3) / iterations);
  }
  return { value: median(samples), minimum: minimum(samples), unit: 'ns' };
}

function collectionsDuring(work) {
  const profiler = new GCProfiler();
  profiler.start();
  work();
  return profiler.stop().statistics.length;
}

/** Bytes of heap allocated per iteration of the synchronous `loop(iterations)`. Needs `allocationFlags`. */
export function measureAllocation(loop, { quick = false, iterations = 20_000 } = {}) {
  for (let round = 0; round < 10; round++) loop(iterations);
  const samples = [];
  for (let attempt = 0; attempt < 40 && samples.length < (quick ? 3 : 9); attempt++) {
    globalThis.gc();
    let grown = 0;
    const collections = collectionsDuring(() => {
      const before = process.memoryUsage().heapUsed;
      loop(iterations);
      grown = process.memoryUsage().heapUsed - before;
    });
    if (collections === 0) samples.push(grown / iterations);
  }
  if (samples.length === 0)
    throw new Error('A collection ran during every sample: the young generation is too small');
  return { value: median(samples), minimum: minimum(samples), unit: 'B' };
}
