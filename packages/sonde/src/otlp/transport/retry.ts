/**
 * When to try again: exponential backoff with full jitter, and the receiver's own word before ours.
 * The first three numbers are the official exporter's (1 s, times 1.5, at most 5 s); the specification asks for
 * exponential backoff with jitter and names none.
 */

const INITIAL_MILLIS = 1_000;
const MULTIPLIER = 1.5;
const MAX_MILLIS = 5_000;
/** Also the answer to `Retry-After: 0`, so that no receiver makes us spin. */
const MIN_MILLIS = 100;

/**
 * Milliseconds to wait after the `failures`-th failure in a row, 1 the first. `random` is in [0, 1): the wait is drawn
 * evenly from the whole interval, which spreads the clients of a receiver that comes back.
 */
export function backoffMillis(failures: number, random: number): number {
  const ceiling = Math.min(INITIAL_MILLIS * MULTIPLIER ** Math.min(failures - 1, 32), MAX_MILLIS);
  return Math.max(MIN_MILLIS, ceiling * random);
}

/** The wait before the next attempt, with what the receiver asked for. */
export function retryDelayMillis(
  failures: number,
  random: number,
  retryAfterMillis: number | undefined,
): number {
  return retryAfterMillis === undefined
    ? backoffMillis(failures, random)
    : Math.max(MIN_MILLIS, retryAfterMillis);
}
