/**
 * One half of an exponential histogram: counts by bucket index, in a ring that grows with the range and never beyond
 * the maximum size.
 *
 *   base   index of ring place 0          counts[(index - base) mod length]
 *   low    lowest index that was counted  high   the highest; high < low while nothing was counted
 */

const FIRST_CAPACITY = 4;

export class ExponentialBuckets {
  counts: number[] = [];
  base = 0;
  low = 0;
  high = -1;

  get isEmpty(): boolean {
    return this.high < this.low;
  }

  /** How many neighbouring buckets the range with `index` in it spans. */
  spanWith(index: number): number {
    if (this.isEmpty) return 1;
    return Math.max(this.high, index) - Math.min(this.low, index) + 1;
  }

  /** Counts in a bucket. The caller has seen to it that the span does not exceed `maxSize`. */
  add(index: number, count: number, maxSize: number): void {
    if (this.isEmpty) {
      this.low = index;
      this.high = index;
      this.base = index;
      if (this.counts.length === 0) this.counts = zeros(Math.min(FIRST_CAPACITY, maxSize));
    } else if (index < this.low || index > this.high) {
      const span = this.spanWith(index);
      if (span > this.counts.length) grow(this, span, maxSize);
      if (index < this.low) this.low = index;
      else this.high = index;
    }
    const place = placeOf(this, index);
    this.counts[place] = this.counts[place]! + count;
  }

  /** Merges neighbours, `2 ** by` at a time: what the same values would look like `by` scales coarser. */
  downscale(by: number): void {
    if (this.isEmpty || by <= 0) return;
    const dense = this.toArray();
    const { low } = this;
    const length = this.counts.length;
    this.low = low >> by;
    this.high >>= by;
    this.base = this.low;
    this.counts = zeros(length);
    for (let at = 0; at < dense.length; at++) {
      const place = ((low + at) >> by) - this.low;
      this.counts[place] = this.counts[place]! + dense[at]!;
    }
  }

  /** The counts from `low` to `high`. */
  toArray(): number[] {
    const dense: number[] = [];
    for (let index = this.low; index <= this.high; index++) dense.push(this.counts[placeOf(this, index)]!);
    return dense;
  }

  clear(): void {
    this.counts.fill(0);
    this.low = 0;
    this.high = -1;
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

function placeOf(buckets: ExponentialBuckets, index: number): number {
  const place = index - buckets.base;
  const { length } = buckets.counts;
  return place < 0 ? place + length : place >= length ? place - length : place;
}

function grow(buckets: ExponentialBuckets, span: number, maxSize: number): void {
  let capacity = buckets.counts.length;
  while (capacity < span) capacity *= 2;
  const dense = buckets.toArray();
  const grown = zeros(Math.min(capacity, maxSize));
  for (let at = 0; at < dense.length; at++) grown[at] = dense[at]!;
  buckets.counts = grown;
  buckets.base = buckets.low;
}

function zeros(length: number): number[] {
  const counts: number[] = [];
  for (let index = 0; index < length; index++) counts.push(0);
  return counts;
}
