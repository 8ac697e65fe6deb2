/** AlignedHistogramBucketExemplarReservoir: one exemplar for each bucket of a histogram. */
import { bucketOf } from '../aggregation/explicit-histogram.ts';
import { FixedReservoir, NO_PLACE } from './fixed-reservoir.ts';

/**
 * Of the measurements that fell into a bucket, each is kept with the same chance
 * (metrics/sdk.md#alignedhistogrambucketexemplarreservoir).
 */
export class AlignedHistogramBucketExemplarReservoir extends FixedReservoir {
  declare private readonly boundaries: readonly number[];
  declare private readonly seen: number[];
  /** @internal True when the series itself counts in these buckets and says which one it was. */
  isOfSeries = false;

  /** @param boundaries the upper bounds of the histogram's buckets, inclusive and rising */
  constructor(boundaries: readonly number[]) {
    super();
    this.boundaries = boundaries;
    this.seen = new Array(boundaries.length + 1).fill(0);
  }

  /** @internal */
  placeFor(value: number, counted = 0): number {
    const bucket = this.isOfSeries ? counted : bucketOf(this.boundaries, value);
    const seen = this.seen[bucket]! + 1;
    this.seen[bucket] = seen;
    return seen === 1 || Math.random() * seen < 1 ? bucket : NO_PLACE;
  }

  /** @internal */
  restart(): void {
    this.seen.fill(0);
  }
}

/** The reservoir of a series that counts in these buckets. */
export function reservoirOfSeries(boundaries: readonly number[]): AlignedHistogramBucketExemplarReservoir {
  const reservoir = new AlignedHistogramBucketExemplarReservoir(boundaries);
  reservoir.isOfSeries = true;
  return reservoir;
}
