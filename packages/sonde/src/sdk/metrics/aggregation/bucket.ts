/** Which bucket of an explicit histogram a value is in. A file of its own: sonde/sdk has a reservoir that asks, and no histogram. */

/** The bucket of a value: the first whose upper bound it does not exceed, the last beyond all bounds. */
export function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
