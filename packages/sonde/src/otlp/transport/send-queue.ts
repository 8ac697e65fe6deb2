/** The batches of one send buffer that are not in flight: ready in the order of arrival, or waiting for their time. */
import { MinHeap } from '../../internal/min-heap.ts';
import type { HeldBatch } from './held-batch.ts';

/** Taken places at the front of the array, beyond which it is worth moving the rest. */
const MAX_TAKEN = 1_024;

export class SendQueue {
  #ready: HeldBatch[] = [];
  #taken = 0;
  readonly #waiting = new MinHeap<HeldBatch>((batch) => batch.dueAt);

  get hasReady(): boolean {
    return this.#taken < this.#ready.length;
  }

  /** When the first waiting batch may go; Infinity when none waits. */
  get dueAt(): number {
    return this.#waiting.peek()?.dueAt ?? Infinity;
  }

  push(batch: HeldBatch): void {
    this.#ready.push(batch);
  }

  /** Keeps the batch until its `dueAt`. */
  wait(batch: HeldBatch): void {
    this.#waiting.push(batch);
  }

  /** The next batch to send: first one that has waited long enough, as it is older. */
  next(now: number): HeldBatch | undefined {
    if (this.dueAt <= now) return this.#waiting.pop();
    if (!this.hasReady) return undefined;
    const batch = this.#ready[this.#taken++];
    if (!this.hasReady || (this.#taken >= MAX_TAKEN && this.#taken * 2 > this.#ready.length)) {
      this.#ready = this.#ready.slice(this.#taken);
      this.#taken = 0;
    }
    return batch;
  }

  /** Lets go at once what waits for no receiver's word. */
  hurry(now: number): void {
    for (const batch of this.#waiting.drain()) {
      if (!batch.waitsForReceiver) batch.dueAt = now;
      this.#waiting.push(batch);
    }
  }
}
