// Forty jobs for two workers: the queue fills, and empties again.
import { setTimeout as delay } from 'node:timers/promises';
import { startTelemetry } from './telemetry.mjs';

const telemetry = startTelemetry();
const { Queue } = await import('./queue.mjs');

const queue = new Queue('mail', 2);
const jobs = [];
for (let index = 0; index < 40; index++) {
  jobs.push(queue.push(() => delay(60)));
  await delay(15);
}
await Promise.all(jobs);
await telemetry.shutdown();
