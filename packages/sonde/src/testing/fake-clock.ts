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
  readonly callback: () => void;
  isCleared: boolean;
}

/** Where a FakeClock starts. */
export interface FakeClockOptions {
  /** Monotonic milliseconds at the start. Default 0. */
  readonly now?: number | undefined;
  /** Epoch milliseconds of monotonic 0. Default 2026-01-01T00:00:00Z. */
  readonly timeOrigin?: number | undefined;
}

/** Turns of the event loop in which no time passes, before it is taken for a loop that never ends. */
const MAX_TURNS = 100_000;

const DEFAULT_TIME_ORIGIN = 1_767_225_600_000;

/** A clock that a test moves; see the head of the file for what happens between two timers. */
export class FakeClock {
  readonly timeOrigin: number;
  #now: number;
  /** What the wall clock has been moved by, as a clock that was set or a machine that slept. */
  #wallOffset = 0;
  /** The next one last, so that taking it moves nothing. */
  readonly #timers: FakeTimer[] = [];
  #pending = 0;
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
    const timer: FakeTimer = { at: this.#now + delay, callback, isCleared: false };
    let low = 0;
    for (let high = this.#timers.length; low < high; ) {
      const middle = (low + high) >> 1;
      // Of timers for the same time the one set first runs first.
      if (this.#timers[middle]!.at > timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    this.#pending++;
    return timer;
  };

  /** The same: a fake timer holds no process. */
  readonly setHoldingTimer = (callback: () => void, milliseconds: number): Timer =>
    this.setTimer(callback, milliseconds);

  readonly clearTimer = (timer: Timer): void => {
    const ours = timer as FakeTimer;
    if (ours.isCleared) return;
    ours.isCleared = true;
    this.#pending--;
  };

  /** Runs the callback at the same time, after all that runs now. */
  readonly nextTurn = (callback: () => void): void => {
    this.#turns.push(callback);
  };

  /** Timers set and neither run nor cleared. */
  get pendingTimers(): number {
    return this.#pending;
  }

  /** Moves the wall clock alone, as somebody who sets it. Negative moves it back. */
  moveWallClock(milliseconds: number): void {
    this.#wallOffset += milliseconds;
  }

  /** Lets everything run that needs no time: promises and turns of the event loop. */
  async settle(): Promise<void> {
    await drainMicrotasks();
    let left = MAX_TURNS;
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      if (left-- === 0)
        throw new Error(`The event loop still turned after ${MAX_TURNS} turns without time passing`);
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
    for (let next = this.#timers.at(-1); next !== undefined && next.at <= end; next = this.#timers.at(-1)) {
      this.#timers.pop();
      if (next.isCleared) continue;
      this.clearTimer(next);
      return next;
    }
    return undefined;
  }
}

/** A real turn of the event loop: by then every microtask, and what it queued, has run. */
function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => realNextTurn(resolve));
}
