/** A promise with a bound in time. Its timer keeps the process alive only where the application itself waits. */
import type { Timer } from '#platform';
import { type PipelineHost, platformHost } from './host.ts';

/** How long a flush or a shutdown may take when the caller does not say, in milliseconds. */
export const DEFAULT_FLUSH_TIMEOUT_MILLIS = 30_000;

/** The longest delay a timer can have; a longer bound is none. */
const MAX_TIMER_MILLIS = 0x7fff_ffff;

/** What a promise rejects with when its time is up. What it stood for goes on. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError';
}

/** Settles like `work`, or rejects with a DeadlineError after `timeoutMillis`. 0 and Infinity are no bound. */
export function withDeadline<T>(
  work: Promise<T>,
  timeoutMillis: number,
  what: string,
  host: PipelineHost = platformHost,
): Promise<T> {
  return bounded(work, timeoutMillis, what, host, host.setTimer);
}

/**
 * The same for something that the application awaits: the process stays until it settles. Without that,
 * `await provider.shutdown()` at the end of a program would end it with exit code 13, since nothing of ours keeps a
 * process alive.
 */
export function withHoldingDeadline<T>(
  work: Promise<T>,
  timeoutMillis: number,
  what: string,
  host: PipelineHost,
): Promise<T> {
  return bounded(work, timeoutMillis, what, host, host.setHoldingTimer);
}

function bounded<T>(
  work: Promise<T>,
  timeoutMillis: number,
  what: string,
  host: PipelineHost,
  setTimer: PipelineHost['setTimer'],
): Promise<T> {
  if (timeoutMillis <= 0 || timeoutMillis > MAX_TIMER_MILLIS) return work;
  return new Promise<T>((resolve, reject) => {
    const timer: Timer = setTimer.call(
      host,
      () => reject(new DeadlineError(`${what} took longer than ${timeoutMillis} ms`)),
      timeoutMillis,
    );
    work.then(
      (value) => {
        host.clearTimer(timer);
        resolve(value);
      },
      (error) => {
        host.clearTimer(timer);
        reject(error);
      },
    );
  });
}

/** Hands out what is left of one bound to several steps that follow one another. */
export class Deadline {
  readonly #host: PipelineHost;
  readonly #end: number;

  /** @param timeoutMillis 0 is no bound */
  constructor(timeoutMillis: number, host: PipelineHost) {
    this.#host = host;
    this.#end = timeoutMillis > 0 ? host.now() + timeoutMillis : Number.POSITIVE_INFINITY;
  }

  /**
   * Milliseconds left, always a length that a timer can have: at least 1, because 0 would mean no bound to a step whose
   * time is already up, and at most some 24 days. Whole and rounded up, so that of a step and the whole the whole ends
   * first: its message names what the caller asked for.
   */
  remaining(): number {
    return Math.min(MAX_TIMER_MILLIS, Math.max(1, Math.ceil(this.#end - this.#host.now())));
  }
}
