// A queue of jobs with a few workers. It knows the API and no SDK: where nobody collects, all of this costs next to nothing.
import { metrics } from 'sonde';

const meter = metrics.getMeter('queue', '1.0.0');
const done = meter.createCounter('queue.jobs.done', { description: 'Jobs that are done', unit: '{job}' });
const waited = meter.createHistogram('queue.wait.duration', {
  description: 'Time from the arrival of a job to its start',
  unit: 'ms',
});

export class Queue {
  #waiting = [];
  #running = 0;
  #workers;

  constructor(name, workers) {
    this.#workers = workers;
    const attributes = { 'queue.name': name };
    this.attributes = attributes;
    meter
      .createObservableGauge('queue.depth', { description: 'Jobs that wait', unit: '{job}' })
      .addCallback((result) => result.observe(this.#waiting.length, attributes));
    meter
      .createObservableGauge('queue.utilization', {
        description: 'Share of the workers that are busy',
        unit: '1',
      })
      .addCallback((result) => result.observe(this.#running / this.#workers, attributes));
  }

  /** Settles when the job is done. */
  push(job) {
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve, since: performance.now() });
      this.#next();
    });
  }

  async #next() {
    if (this.#running === this.#workers || this.#waiting.length === 0) return;
    const { job, resolve, since } = this.#waiting.shift();
    waited.record(performance.now() - since, this.attributes);
    this.#running++;
    await job();
    this.#running--;
    done.add(1, this.attributes);
    resolve();
    this.#next();
  }
}
