/** The filter stage: asks a function of the user's whether a record is kept, and counts what is not. */

import { shown } from '../../internal/shown.ts';
import { report } from '../common/diagnostics.ts';
import { requireMethods } from './options.ts';

export class Filter<T> {
  readonly #owner: string;
  readonly #keep: (record: T) => boolean;
  /** Records that were not kept. */
  dropped = 0;

  /** @throws TypeError when `keep` is no function or the processor lacks a method */
  constructor(owner: string, processor: object, methods: readonly string[], keep: (record: T) => boolean) {
    requireMethods(owner, 'processor', processor, methods);
    if (typeof keep !== 'function') {
      throw new TypeError(`${owner}: keep must be a function that returns true or false; got ${shown(keep)}`);
    }
    this.#owner = owner;
    this.#keep = keep;
  }

  /** A function that throws keeps the record: losing telemetry is worse than having too much of it. */
  passes(record: T): boolean {
    try {
      if (this.#keep(record)) return true;
      this.dropped++;
      return false;
    } catch (error) {
      report('error', 'filter_failed', `${this.#owner}: keep threw; the record is kept`, error);
      return true;
    }
  }
}
