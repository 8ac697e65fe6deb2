/** Those who wait until everything that a send buffer held at their call has come to its end. */
import type { Timer } from '#platform';

/** setTimeout takes no more. */
export const MAX_TIMER_MILLIS: number = 2 ** 31 - 1;

interface Drain {
  readonly lastSequence: number;
  remaining: number;
  /** Why some of what it waits for was given up. */
  problem: string | undefined;
  readonly done: () => void;
}

export interface DrainHost {
  setHoldingTimer(callback: () => void, milliseconds: number): Timer;
  clearTimer(timer: Timer): void;
}

export class Drains {
  readonly #host: DrainHost;
  #open: Drain[] = [];

  constructor(host: DrainHost) {
    this.#host = host;
  }

  /**
   * Waits for the `count` batches up to `lastSequence`, and holds the process meanwhile. Rejects with the reason when they
   * are given up, and with `late` after `timeoutMillis` (0: no bound).
   */
  add(
    lastSequence: number,
    count: number,
    timeoutMillis: number,
    late: (open: number, limit: number) => string,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = timeoutMillis > 0 ? Math.min(timeoutMillis, MAX_TIMER_MILLIS) : MAX_TIMER_MILLIS;
      const timer = this.#host.setHoldingTimer(() => {
        this.#open = this.#open.filter((other) => other !== drain);
        reject(new Error(late(drain.remaining, limit)));
      }, limit);
      const done = (): void => {
        this.#host.clearTimer(timer);
        if (drain.problem === undefined) resolve();
        else reject(new Error(drain.problem));
      };
      const drain: Drain = { lastSequence, remaining: count, problem: undefined, done };
      this.#open.push(drain);
    });
  }

  /** Something of what all of them wait for is given up. */
  fail(problem: string): void {
    for (const drain of this.#open) drain.problem = problem;
  }

  /** The batch has come to its end. */
  settle(sequence: number): void {
    if (this.#open.length === 0) return;
    for (const drain of this.#open) {
      if (sequence <= drain.lastSequence && --drain.remaining === 0) drain.done();
    }
    this.#open = this.#open.filter((drain) => drain.remaining > 0);
  }
}
