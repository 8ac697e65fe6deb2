/**
 * Checks of what somebody gives a constructor. Each gives the value back, undefined where none was given, and throws
 * where it cannot work: the message names the owner, the option, what was given and what is allowed.
 */
import { shown } from '../../internal/shown.ts';

/** Checks of one constructor's options; `owner` is its name in messages. */
export class OptionChecks {
  readonly #owner: string;

  constructor(owner: string) {
    this.#owner = owner;
  }

  /** The options themselves. */
  object<T extends object>(options: T): T {
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
    throw new TypeError(`${this.#owner}: ${shown(options)} given; allowed is an object of options`);
  }

  whole(name: string, given: unknown, min: number, max: number): number | undefined {
    if (given === undefined) return undefined;
    if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
    throw this.wrong(name, given, `a whole number from ${min} to ${max}`);
  }

  flag(name: string, given: unknown): boolean | undefined {
    if (given === undefined || typeof given === 'boolean') return given;
    throw this.wrong(name, given, 'true or false');
  }

  oneOf<W extends string>(name: string, given: unknown, words: readonly W[]): W | undefined {
    if (given === undefined) return undefined;
    if (words.includes(given as W)) return given as W;
    throw this.wrong(name, given, words.map((word) => JSON.stringify(word)).join(', '));
  }

  /** A string that is not empty. */
  text(name: string, given: unknown): string | undefined {
    if (given === undefined) return undefined;
    if (typeof given === 'string' && given !== '') return given;
    throw this.wrong(name, given, 'a string that is not empty');
  }

  wrong(name: string, given: unknown, allowed: string): TypeError {
    return new TypeError(`${this.#owner} option ${name}: ${shown(given)} given; allowed: ${allowed}`);
  }
}
