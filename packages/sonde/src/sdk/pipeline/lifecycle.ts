/**
 * How everything in a pipeline is flushed and ends: shutdown once, including a flush; a bound on both; nothing after
 * it; every failure told and none stopping the next step. Providers, processors and fan-outs are built on it.
 */

import { messageOf } from '../../internal/shown.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { DEFAULT_FLUSH_TIMEOUT_MILLIS, Deadline, withDeadline, withHoldingDeadline } from './deadline.ts';
import { type PipelineHost, platformHost } from './host.ts';

/** What is particular to the thing that lives. */
export interface LifecycleSteps {
  /** Its name in error messages, such as `BatchSpanProcessor`. */
  readonly what: string;
  /**
   * Called at once, synchronously, when shutdown is asked for: from here on nothing new is taken. `timeoutMillis` is what
   * the caller allows for the rest; Infinity is no bound.
   */
  stopTaking?(timeoutMillis: number): void;
  /** Delivers what is there. `timeoutMillis` is what the caller allows; Infinity is no bound. */
  flush(timeoutMillis: number): Promise<void>;
  /** True when `close` flushes as well, so that a shutdown needs no flush before it. */
  readonly closeFlushes?: boolean;
  /**
   * Ends what it stands on, in what the flush has left of the time. Called once, also when the flush before it failed or ran
   * out of time.
   */
  close(timeoutMillis: number): Promise<void>;
}

export class Lifecycle {
  readonly #steps: LifecycleSteps;
  readonly #host: PipelineHost;
  #shutdown: Promise<void> | undefined;
  #closed = false;

  constructor(steps: LifecycleSteps, host: PipelineHost = platformHost) {
    this.#steps = steps;
    this.#host = host;
  }

  /** True from the call of shutdown on. */
  get isShutdown(): boolean {
    return this.#shutdown !== undefined;
  }

  /** During a shutdown it waits for that one, after it there is nothing to do. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#shutdown !== undefined) return this.#shutdown;
    const timeout = timeoutOf(options);
    const { what } = this.#steps;
    return neverUnhandled(
      withHoldingDeadline(
        attempt(() => this.#steps.flush(timeout)),
        timeout,
        `${what}.forceFlush()`,
        this.#host,
      ),
    );
  }

  /** The first call shuts down; every later one returns its promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    if (this.#shutdown === undefined) {
      const timeout = timeoutOf(options);
      // stopTaking may run foreign code that calls shutdown again, so the promise is there before it.
      let begin: () => void = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const { what } = this.#steps;
      // What other stages do in this very call counts.
      const left = remainingOf(timeout, this.#host);
      const all = begun.then(() => this.#flushAndClose(left));
      this.#shutdown = neverUnhandled(withHoldingDeadline(all, timeout, `${what}.shutdown()`, this.#host));
      const close = (): void => {
        this.#closed = true;
      };
      this.#shutdown.then(close, close);
      this.#steps.stopTaking?.(timeout);
      begin();
    }
    return this.#shutdown;
  }

  async #flushAndClose(left: () => number): Promise<void> {
    const { what, closeFlushes } = this.#steps;
    if (closeFlushes === true) return this.#steps.close(left());
    const timeout = left();
    const errors: unknown[] = [];
    const flushed = withDeadline(
      attempt(() => this.#steps.flush(timeout)),
      timeout,
      `The flush of ${what}.shutdown()`,
      this.#host,
    );
    await flushed.catch((error) => errors.push(error));
    // A whole bound for this step too would hold the process after the caller has been told, level by level.
    await attempt(() => this.#steps.close(left())).catch((error) => errors.push(error));
    throwJoined(`${what}.shutdown()`, errors);
  }
}

/** Calls something that should return a promise; what it throws becomes a rejection, what it returns may be anything. */
export async function attempt(call: () => unknown): Promise<void> {
  await call();
}

/** Waits for all of them and then rejects with what failed: one error as it is, several as one AggregateError. */
export async function settleAll(what: string, work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const errors: unknown[] = [];
  for (const result of results) if (result.status === 'rejected') errors.push(result.reason);
  throwJoined(what, errors);
}

/**
 * Marks a promise so that nobody has to wait for it: a caller that ignores a failed shutdown must not have its process
 * ended by an unhandled rejection. Whoever awaits it still gets the rejection.
 */
export function neverUnhandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function throwJoined(what: string, errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  if (errors.length === 1) throw errors[0];
  throw new AggregateError(
    errors,
    `${what} failed in ${errors.length} ways: ${errors.map(messageOf).join('; ')}`,
  );
}

/** What is left of `timeout` from now on; Infinity stays that. */
function remainingOf(timeout: number, host: PipelineHost): () => number {
  if (timeout === Number.POSITIVE_INFINITY) return () => timeout;
  const deadline = new Deadline(timeout, host);
  return () => deadline.remaining();
}

function timeoutOf(options: ForceFlushOptions | undefined): number {
  const given = options?.timeoutMillis;
  if (given === undefined || typeof given !== 'number' || Number.isNaN(given) || given < 0) {
    return DEFAULT_FLUSH_TIMEOUT_MILLIS;
  }
  return given === 0 ? Number.POSITIVE_INFINITY : given;
}
