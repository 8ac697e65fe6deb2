/**
 * What a pipeline needs from outside: time, turns of the event loop, and a place to say what went wrong.
 * Pipelines take it as a whole so that a test can drive all of it by hand.
 */
import { clearTimer, nextTurn, now, setHoldingTimer, setTimer, type Timer } from '#platform';
import { report } from '../common/diagnostics.ts';

export interface PipelineHost {
  /** Monotonic milliseconds. */
  now(): number;
  /** A timer that never keeps the process alive. */
  setTimer(callback: () => void, milliseconds: number): Timer;
  /** A timer that does: for the deadline of something that somebody awaits. */
  setHoldingTimer(callback: () => void, milliseconds: number): Timer;
  clearTimer(timer: Timer): void;
  /** A later turn of the event loop. */
  nextTurn(callback: () => void): void;
  /** The one sink of diagnostics, limited in rate per code, and per `source` of several. */
  report(
    level: 'error' | 'warn' | 'info' | 'debug',
    code: string,
    message: string,
    detail?: unknown,
    source?: string,
  ): void;
}

export const platformHost: PipelineHost = {
  now,
  setTimer,
  setHoldingTimer,
  clearTimer,
  nextTurn,
  report,
};
