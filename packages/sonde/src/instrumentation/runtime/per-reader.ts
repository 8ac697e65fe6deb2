/** State of the runtime's metrics that each reader has its own of: what is told since the collection before is since that reader's. */
import { readerOf } from '../../api/metrics/asking-reader.ts';

/** What is kept for each reader, made when it asks first. There are as many as readers, which providers keep as long. */
export class PerReader<S> {
  readonly #make: () => S;
  readonly #states = new Map<unknown, S>();

  constructor(make: () => S) {
    this.#make = make;
  }

  of(result: object): S {
    const reader = readerOf(result);
    let state = this.#states.get(reader);
    if (state === undefined) {
      state = this.#make();
      this.#states.set(reader, state);
    }
    return state;
  }

  values(): Iterable<S> {
    return this.#states.values();
  }
}
