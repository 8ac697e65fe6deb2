/** What the durations of HTTP servers and clients have in common (semantic-conventions, docs/http/http-metrics.md). */
import type { Histogram } from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';

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

export function sizeHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, { description, unit: 'By' });
}

/** The length that a header gives; undefined for none, and for what is no length. */
export function contentLength(header: unknown): number | undefined {
  if (header === undefined || header === null) return undefined;
  const text = String(header).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
