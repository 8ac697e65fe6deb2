/** What the durations of HTTP servers and clients have in common (semantic-conventions, docs/http/http-metrics.md). */
import type { Histogram } from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';
import type { Span } from '../../api/trace/span.ts';

/** Seconds; advised by http-metrics.md for both durations. */
export const DURATION_BOUNDARIES: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

export function durationHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, {
    description,
    unit: 's',
    advice: { explicitBucketBoundaries: [...DURATION_BOUNDARIES] },
  });
}

/**
 * A recording span of our own SDK holds the readings of performance.now() that it began and ended with. A duration made of
 * them is the span's own, and spares two readings (50 ns each on a virtual machine). Other spans have no such fields.
 */
interface ClockedSpan {
  readonly startTicks?: number;
  readonly endTicks?: number;
}

/** When the span began, in milliseconds by performance.now(); undefined where it does not know. */
export function startTicksOf(span: Span): number | undefined {
  const { startTicks } = span as ClockedSpan;
  return typeof startTicks === 'number' ? startTicks : undefined;
}

/**
 * Milliseconds from `startedAt`, or where that is undefined from the start of the span, to `endedAt`, or where that is undefined to
 * the end of the span or, where the exchange did not end with it, to now.
 */
export function ticksSince(
  startedAt: number | undefined,
  span: Span,
  endsWithSpan: boolean,
  endedAt: number | undefined,
): number {
  if (startedAt !== undefined) return (endedAt ?? performance.now()) - startedAt;
  const { startTicks, endTicks } = span as ClockedSpan;
  return (endedAt ?? (endsWithSpan ? endTicks : undefined) ?? performance.now()) - startTicks!;
}

export function sizeHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, { description, unit: 'By' });
}

/** The length that a header gives; undefined for none, and for what is no length. */
export function contentLength(header: unknown): number | undefined {
  if (header === undefined || header === null) return undefined;
  const text = String(header).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
