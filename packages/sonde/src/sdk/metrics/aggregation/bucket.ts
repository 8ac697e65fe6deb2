/** Which bounds an explicit histogram may have, and in which bucket a value is. A file of its own: sonde/sdk has a reservoir that asks, and no histogram. */
import { shown } from '../../../internal/shown.ts';

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

/** What is wrong with the bounds of buckets; undefined when nothing is. */
export function boundariesProblem(boundaries: unknown): string | undefined {
  if (boundaries === undefined) return undefined;
  const allowed = 'boundaries must be a list of rising numbers';
  if (!Array.isArray(boundaries)) return `${allowed}, got ${shown(boundaries)}`;
  const wrong = boundaries.findIndex(
    (bound, at) => typeof bound !== 'number' || Number.isNaN(bound) || bound <= boundaries[at - 1],
  );
  if (wrong < 0) return undefined;
  const before = wrong > 0 ? ` after ${shown(boundaries[wrong - 1])}` : '';
  return `${allowed}, got ${shown(boundaries[wrong])}${before} at index ${wrong}`;
}
