/**
 * Checks of what somebody gives a constructor. Each gives the value back, undefined where none was given (null is none, as
 * in the official SDK), and throws where it cannot work: the message names the owner, the option, what was given and what is allowed.
 */
import { shown } from '../../internal/shown.ts';
import { reportMisspelt } from './option-names.ts';

/** Checks of one object of options. It knows by the checks which names there are. */
export class OptionChecks<T extends object> {
  readonly #owner: string;
  readonly #options: T;
  readonly #prefix: string;
  readonly #names: string[] = [];

  /**
   * @param owner whose options they are, in messages
   * @param prefix what goes before their names there, where they are within another option: `tls.`
   * @throws TypeError for what is no object of options
   */
  constructor(owner: string, options: T, prefix: string = '') {
    this.#owner = owner;
    this.#options = options;
    this.#prefix = prefix;
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
    const said = shown(options);
    if (prefix !== '') throw wrongOption(owner, prefix.slice(0, -1), said, 'an object of options');
    throw new TypeError(`${owner}: ${said} given; allowed is an object of options`);
  }

  whole(name: keyof T & string, min: number, max: number): number | undefined {
    // Written only for a message: with the first dozens of numbers made text V8 makes a table for them, of 64 KB.
    const allowed = (): string => `a whole number from ${min} to ${max}`;
    return this.checked(
      name,
      (given) => Number.isInteger(given) && (given as number) >= min && (given as number) <= max,
      allowed,
    );
  }

  flag(name: keyof T & string): boolean | undefined {
    return this.checked(name, (given) => typeof given === 'boolean', 'true or false');
  }

  oneOf<W extends string>(name: keyof T & string, words: readonly W[]): W | undefined {
    // To show one takes a regular expression, of which a start has no use.
    const allowed = (): string => words.map(shown).join(', ');
    return this.checked(name, (given) => words.includes(given as W), allowed);
  }

  /** A string that may be empty. */
  string(name: keyof T & string): string | undefined {
    return this.checked(name, (given) => typeof given === 'string', 'a string');
  }

  /** A string that is not empty. */
  text(name: keyof T & string): string | undefined {
    return this.checked(
      name,
      (given) => typeof given === 'string' && given !== '',
      'a string that is not empty',
    );
  }

  wrong(name: keyof T & string, given: unknown, allowed: string): TypeError {
    return wrongOption(this.#owner, this.#prefix + name, shown(given), allowed);
  }

  /** After the checks: warns of names that are nearly one of those checked or of `others`, the rest of what there is. */
  finish(...others: readonly string[]): void {
    reportMisspelt(this.#owner, this.#options, [...this.#names, ...others], this.#prefix);
  }

  /** Any other check; the rest of them are this one. */
  checked<V>(
    name: keyof T & string,
    isRight: (given: unknown) => boolean,
    allowed: string | (() => string),
  ): V | undefined {
    this.#names.push(name);
    const given: unknown = this.#options[name] ?? undefined;
    if (given === undefined || isRight(given)) return given as V | undefined;
    throw this.wrong(name, given, typeof allowed === 'string' ? allowed : allowed());
  }
}

/** The error about one option. @param said what is told of the value: `shown(value)`, or `kindOf(value)` of a secret */
export function wrongOption(owner: string, name: string, said: string, allowed: string): TypeError {
  return new TypeError(`${owner} option ${name}: ${said} given; allowed: ${allowed}`);
}
