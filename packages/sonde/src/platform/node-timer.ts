/** Timers, which keep the process alive only where somebody waits for what they bound. */

/** An opaque timer. */
export type Timer = { readonly unref?: () => unknown };

/** setTimeout takes no more milliseconds, and fires at once when it is given more. */
export const MAX_TIMER_MILLIS: number = 2 ** 31 - 1;

/** A timer that never keeps the process alive. */
export function setTimer(callback: () => void, milliseconds: number): Timer {
  const timer = setTimeout(callback, milliseconds);
  // The timers of a test's fake clock or of jsdom are plain numbers.
  timer.unref?.();
  return timer;
}

/** A timer that does keep the process alive: for the deadline of something that somebody awaits. */
export function setHoldingTimer(callback: () => void, milliseconds: number): Timer {
  return setTimeout(callback, milliseconds);
}

export function clearTimer(timer: Timer): void {
  clearTimeout(timer as NodeJS.Timeout);
}
