/**
 * A clock that stands still until a test moves it: monotonic time, wall time, timers and turns of the event loop. It has
 * the methods that the SDK takes from its platform, so it can be put wherever the SDK accepts a host or a clock source.
 *
 * Promises are real. Between one timer and the next every microtask runs, as it would in a program that waits.
 */
import { nextTurn as realNextTurn, type Timer } from '#platform';

/** A timer of the fake clock. */
interface FakeTimer extends Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Where a FakeClock starts. */
export interface FakeClockOptions {
  /** Monotonic milliseconds at the start. Default 0. */
  readonly now?: number | undefined;
  /** Epoch milliseconds of monotonic 0. Default 2026-01-01T00:00:00Z. */
  readonly timeOrigin?: number | undefined;
}

const DEFAULT_TIME_ORIGIN = 1_767_225_600_000;

/** A clock that a test moves; see the head of the file for what happens between two timers. */
export class FakeClock {
  readonly timeOrigin: number;
  #now: number;
  /** What the wall clock has been moved by, as a clock that was set or a machine that slept. */
  #wallOffset = 0;
  #order = 0;
  #timers: FakeTimer[] = [];
  #turns: (() => void)[] = [];

  constructor(options: FakeClockOptions = {}) {
    this.#now = options.now ?? 0;
    this.timeOrigin = options.timeOrigin ?? DEFAULT_TIME_ORIGIN;
  }

  // Arrow functions: hosts pass these on as plain functions.

  /** Monotonic milliseconds. */
  readonly now = (): number => this.#now;

  /** Milliseconds since the Unix epoch. */
  readonly wallClock = (): number => Math.floor(this.timeOrigin + this.#now + this.#wallOffset);

  readonly setTimer = (callback: () => void, milliseconds: number): Timer => {
    const delay = Math.max(0, Number.isFinite(milliseconds) ? milliseconds : 0);
    const timer: FakeTimer = { at: this.#now + delay, order: this.#order++, callback };
    this.#timers.push(timer);
    return timer;
  };

  /** The same: a fake timer holds no process. */
  readonly setHoldingTimer = (callback: () => void, milliseconds: number): Timer =>
    this.setTimer(callback, milliseconds);

  readonly clearTimer = (timer: Timer): void => {
    this.#timers = this.#timers.filter((candidate) => candidate !== timer);
  };

  /** Runs the callback at the same time, after all that runs now. */
  readonly nextTurn = (callback: () => void): void => {
    this.#turns.push(callback);
  };

  /** Timers set and neither run nor cleared. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Moves the wall clock alone, as somebody who sets it. Negative moves it back. */
  moveWallClock(milliseconds: number): void {
    this.#wallOffset += milliseconds;
  }

  /** Lets everything run that needs no time: promises and turns of the event loop. */
  async settle(): Promise<void> {
    await drainMicrotasks();
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      turn();
      await drainMicrotasks();
    }
  }

  /** Moves time on and runs what is due, in order, each timer at its own time. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await this.settle();
    for (let timer = this.#takeDue(end); timer !== undefined; timer = this.#takeDue(end)) {
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await this.settle();
    }
    this.#now = end;
  }

  /**
   * Moves time on until `work` has settled, and gives its outcome. Throws when nothing is left that could settle it, or
   * when it takes longer than `limitMillis`, an hour by default.
   */
  async run<T>(work: Promise<T>, limitMillis = 3_600_000): Promise<T> {
    const end = this.#now + limitMillis;
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    work.then(note, note);
    await this.settle();
    while (!settled) {
      const timer = this.#takeDue(end);
      if (timer === undefined) throw new Error(`The fake clock has nothing left to run before ${end} ms`);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await this.settle();
    }
    return work;
  }

  #takeDue(end: number): FakeTimer | undefined {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) {
        next = timer;
      }
    }
    if (next !== undefined) this.clearTimer(next);
    return next;
  }
}

/** A real turn of the event loop: by then every microtask, and what it queued, has run. */
function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => realNextTurn(resolve));
}
