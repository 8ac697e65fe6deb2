/**
 * What a shutdown does when nobody listens: a connection that is refused is tried again after 100, 200, 400 ms and at the
 * end of a second, and then everything left is given up. A second is what the end of a process may cost
 * (sdk/pipeline/exit.ts); a receiver that only restarts has come back in it, one that is slow is not concerned.
 */
import type { SendResult } from './send.ts';

const FIRST_WAIT_MILLIS = 100;
const PATIENCE_MILLIS = 1_000;
/** What is given up is counted, said and told before whoever asked for the shutdown is out of patience. */
const MARGIN_MILLIS = 50;

export class LastCall {
  /** When all has to be over; Infinity until the end has begun, and where it has no bound. */
  endsAt: number = Infinity;
  #beganAt: number | undefined = undefined;
  /** Since when every attempt was refused. */
  #refusedSince: number | undefined = undefined;
  #nextAt = 0;
  #wait = FIRST_WAIT_MILLIS;

  /** The last flush begins, for somebody who waits that long. False when it had begun already. */
  begin(now: number, timeoutMillis: number): boolean {
    if (this.#beganAt !== undefined) return false;
    this.#beganAt = now;
    this.endsAt = now + Math.max(timeoutMillis - MARGIN_MILLIS, timeoutMillis / 2);
    return true;
  }

  /** Whether the result of an attempt is one that is not waited out any more. */
  concerns(result: SendResult): boolean {
    return this.#beganAt !== undefined && result.kind === 'retryable' && result.isUnreachable === true;
  }

  /** Somebody is there: took the connection, or answered. */
  heard(): void {
    this.#refusedSince = undefined;
  }

  /** When to try again after the refusal of an attempt; undefined when it has been long enough. */
  retryAt(now: number, attemptedAt: number): number | undefined {
    if (this.#refusedSince === undefined) {
      // A resolver that cannot say may take seconds for that: they count.
      this.#refusedSince = Math.max(attemptedAt, this.#beganAt ?? attemptedAt);
      this.#nextAt = now;
      this.#wait = FIRST_WAIT_MILLIS;
    }
    const end = this.#refusedSince + PATIENCE_MILLIS;
    if (now >= end) return undefined;
    // Several requests that are refused together are one refusal.
    if (now >= this.#nextAt) {
      this.#nextAt = Math.min(now + this.#wait, end);
      this.#wait *= 2;
    }
    return this.#nextAt;
  }
}
