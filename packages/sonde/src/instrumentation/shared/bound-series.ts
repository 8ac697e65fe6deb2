/**
 * Bound instruments by the attributes they are bound to. Finding one costs a look-up by a short text, and recording
 * through it no look-up at all; whoever has a key at hand that changes rarely keeps what it found.
 */
import type { Context } from '../../api/context/context.ts';
import type { BoundRecorder, Histogram, MetricAttributes } from '../../api/metrics/instrument.ts';

/** Series kept bound per histogram; hosts and routes beyond them are recorded with their attributes each time. */
export const MAX_BOUND = 500;

export class BoundSeries {
  readonly histogram: Histogram;
  readonly #bound = new Map<string, BoundRecorder>();

  constructor(histogram: Histogram) {
    this.histogram = histogram;
  }

  /** The recorder of one key, bound to `attributes()` when it is met first; undefined when there are too many. */
  find(key: string, attributes: () => MetricAttributes): BoundRecorder | undefined {
    const known = this.#bound.get(key);
    if (known !== undefined || this.#bound.size >= MAX_BOUND) return known;
    const made = this.histogram.bind(attributes());
    this.#bound.set(key, made);
    return made;
  }

  record(value: number, key: string, attributes: () => MetricAttributes, context: Context): void {
    const recorder = this.find(key, attributes);
    if (recorder !== undefined) recorder.record(value, context);
    else this.histogram.record(value, attributes(), context);
  }
}
