/**
 * The user's headers or metadata for each request: the fixed ones, and those of a function that is asked before each
 * attempt, because tokens expire. At exit nobody can wait: then the function's value counts if it comes at once, else
 * the last one it gave.
 */
import { clearTimer, setTimer, type Timer } from '#platform';
import { isThenable } from '../../api/common/thenable.ts';
import { messageOf } from '../../internal/shown.ts';
import { checkHeaders, type Headers, type HeadersOption } from './headers.ts';

export type HeaderFunction = Exclude<HeadersOption, Headers>;

export class HeaderSource {
  readonly #fixed: Headers;
  readonly #ask: HeaderFunction | undefined;
  #last: Headers | undefined = undefined;

  constructor(authorization: string | undefined, fixed: Headers, ask: HeaderFunction | undefined) {
    this.#fixed = { ...(authorization === undefined ? undefined : { authorization }), ...fixed };
    this.#ask = ask;
  }

  /** The headers that never change, where no function is asked beside them. */
  get unchanging(): Headers | undefined {
    return this.#ask === undefined ? this.#fixed : undefined;
  }

  /** Rejects when the function failed or took longer than `timeoutMillis` (0: no limit). */
  async headers(timeoutMillis: number): Promise<Headers> {
    if (this.#ask === undefined) return this.#fixed;
    try {
      this.#last = checkHeaders(await within(this.#ask(), timeoutMillis));
      return { ...this.#fixed, ...this.#last };
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`the header function failed: ${reason}`);
    }
  }

  /** What is there without waiting, and what is missing from it. */
  headersNow(): { readonly headers: Headers; readonly incomplete: string | undefined } {
    if (this.#ask === undefined) return { headers: this.#fixed, incomplete: undefined };
    let asked = this.#last;
    try {
      const given = this.#ask();
      if (isThenable(given)) Promise.resolve(given).catch(() => undefined);
      else asked = checkHeaders(given);
    } catch {
      // The ones of the last request, if any, are the best there is.
    }
    const incomplete = asked === undefined ? 'the header function has given no headers yet' : undefined;
    return { headers: { ...this.#fixed, ...asked }, incomplete };
  }
}

/** What is left of a timeout, where 0 means none and is never reached by waiting. */
export function remainingTimeout(timeoutMillis: number, elapsed: number): number {
  return timeoutMillis <= 0 ? 0 : Math.max(1, Math.ceil(timeoutMillis - elapsed));
}

/** The value or promise of a user's function, or a rejection after `milliseconds` (0: never). */
async function within<T>(given: T | PromiseLike<T>, milliseconds: number): Promise<T> {
  // Not only this realm's own promises: those of a test runner's or a library's are waited for like them.
  if (!isThenable(given) || milliseconds <= 0) return given;
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimer(() => reject(new Error(`no headers within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    if (timer !== undefined) clearTimer(timer);
  }
}
