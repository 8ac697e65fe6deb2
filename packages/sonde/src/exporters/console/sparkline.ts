/** Numbers and the shapes of distributions, small enough for a line of text. */

const BARS = '▁▂▃▄▅▆▇█';
/** Bars at most; more buckets are taken together. */
const MAX_BARS = 32;

/**
 * Counts as bars, the largest of full height; an empty bucket between others is a blank. Neighbours are taken together,
 * so many at a time that the line stays within 32 bars.
 */
export function sparkline(counts: readonly number[]): string {
  const together = Math.max(1, Math.ceil(counts.length / MAX_BARS));
  const bars: number[] = [];
  for (let index = 0; index < counts.length; index += together) {
    bars.push(counts.slice(index, index + together).reduce((sum, count) => sum + count, 0));
  }
  const largest = bars.reduce((most, bar) => Math.max(most, bar), 0);
  return bars.map((bar) => (bar > 0 ? barOf(bar / largest) : ' ')).join('');
}

function barOf(share: number): string {
  const step = Math.ceil(share * BARS.length) - 1;
  return BARS[Math.min(BARS.length - 1, Math.max(0, step))] ?? ' ';
}

/** A number as people read it: whole ones in full, others to six digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
