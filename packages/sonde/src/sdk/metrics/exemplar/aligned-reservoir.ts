/** AlignedHistogramBucketExemplarReservoir: one exemplar for each bucket of a histogram. */
import { boundariesProblem, bucketOf } from '../aggregation/bucket.ts';
import { FixedReservoir, NO_PLACE, nextKept } from './fixed-reservoir.ts';

/**
 * Of the measurements that fell into a bucket, each is kept with the same chance
 * (metrics/sdk.md#alignedhistogrambucketexemplarreservoir).
 */
export class AlignedHistogramBucketExemplarReservoir extends FixedReservoir {
  private readonly bounds: Float64Array;
  private readonly seen: Float64Array;
  /** Of each bucket, which of its measurements is the next to be kept. */
  private readonly next: Float64Array;
  /** @internal True when the series itself counts in these buckets and says which one it was. */
  isOfSeries = false;

  /**
   * @param boundaries the upper bounds of the histogram's buckets, inclusive and rising
   * @throws RangeError for something else, saying what was given
   */
  constructor(boundaries: readonly number[]) {
    super();
    const problem = boundariesProblem(boundaries ?? null);
    if (problem !== undefined) throw new RangeError(`AlignedHistogramBucketExemplarReservoir: ${problem}`);
    this.bounds = Float64Array.from(boundaries);
    this.seen = new Float64Array(boundaries.length + 1);
    this.next = new Float64Array(boundaries.length + 1);
  }

  /** @internal */
  placeFor(value: number, counted = 0): number {
    const bucket = this.isOfSeries ? counted : bucketOf(this.bounds, value);
    const seen = this.seen[bucket]! + 1;
    this.seen[bucket] = seen;
    if (seen < this.next[bucket]!) return NO_PLACE;
    this.next[bucket] = nextKept(seen);
    return bucket;
  }

  /** @internal */
  restart(): void {
    this.seen.fill(0);
    this.next.fill(0);
  }
}

/** The reservoir of a series that counts in these buckets. */
export function reservoirOfSeries(boundaries: readonly number[]): AlignedHistogramBucketExemplarReservoir {
  const reservoir = new AlignedHistogramBucketExemplarReservoir(boundaries);
  reservoir.isOfSeries = true;
  return reservoir;
}
