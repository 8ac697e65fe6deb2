/** AlignedHistogramBucketExemplarReservoir: one exemplar for each bucket of a histogram. */
import { bucketOf } from '../aggregation/explicit-histogram.ts';
import { FixedReservoir, NO_PLACE } from './fixed-reservoir.ts';

/**
 * Of the measurements that fell into a bucket, each is kept with the same chance
 * (metrics/sdk.md#alignedhistogrambucketexemplarreservoir).
 */
export class AlignedHistogramBucketExemplarReservoir extends FixedReservoir {
  readonly #boundaries: readonly number[];
  readonly #seen: number[];

  /** @param boundaries the upper bounds of the histogram's buckets, inclusive and rising */
  constructor(boundaries: readonly number[]) {
    super();
    this.#boundaries = boundaries;
    this.#seen = new Array(boundaries.length + 1).fill(0);
  }

  /** @internal */
  placeFor(value: number): number {
    const bucket = bucketOf(this.#boundaries, value);
    const seen = this.#seen[bucket]! + 1;
    this.#seen[bucket] = seen;
    return seen === 1 || Math.random() * seen < 1 ? bucket : NO_PLACE;
  }

  /** @internal */
  restart(): void {
    this.#seen.fill(0);
  }
}
