/** Heap bytes of one idle series of a counter with three attributes, after two collections: 100,000 of them. */
import { setTimeout as delay } from 'node:timers/promises';

const SERIES = 100_000;

export const title = 'heap of an idle series, counter with 3 attributes';
export const target = { ratioAtLeast: 2 };
export const nodeFlags = ['--expose-gc'];
export const rounds = 3;

async function settledHeap() {
  await delay(20);
  globalThis.gc();
  await delay(20);
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

export async function run(contender) {
  const { meter, collect } = contender.makeMetrics({ limit: SERIES * 2 });
  const counter = meter.createCounter('requests');
  const users = Array.from({ length: SERIES }, (_, index) => `user-${index}`);
  const before = await settledHeap();
  for (const user of users) {
    counter.add(1, { 'http.request.method': 'GET', 'enduser.id': user, 'http.response.status_code': 200 });
  }
  // Both keep something of their collections: what stays is what a series costs.
  for (let round = 0; round < 2; round++) await collect();
  const value = ((await settledHeap()) - before) / users.length;
  // Used once more, so that nothing of it could be collected before.
  counter.add(1, { 'enduser.id': (await collect()).resourceMetrics.scopeMetrics.length });
  return { value, minimum: value, unit: 'B' };
}
