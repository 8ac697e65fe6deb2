/** Which numbers an instrument takes, and what is said about those it refuses. */

import { shown } from '../../internal/shown.ts';
import { report } from '../common/diagnostics.ts';

/**
 * The number to aggregate, undefined for one that would spoil the series: what is no number, a sum that would be NaN or
 * infinite from then on, a negative amount for what only rises. A bigint becomes the nearest number, an integer
 * instrument cuts a fraction off. Gauges take NaN and infinities: the next value replaces them.
 */
export function asNumber(
  given: unknown,
  isInteger: boolean,
  isMonotonic: boolean,
  isGauge: boolean,
): number | undefined {
  const value = typeof given === 'bigint' ? Number(given) : given;
  if (typeof value !== 'number') return undefined;
  if (!Number.isFinite(value)) return isGauge ? value : undefined;
  if (isMonotonic && value < 0) return undefined;
  return isInteger ? Math.trunc(value) : value;
}

export function reportRefused(name: string, given: unknown, isMonotonic: boolean): void {
  const allowed = isMonotonic ? 'a finite number from 0 on' : 'a finite number';
  report(
    'warn',
    'measurement_value',
    `A measurement of "${name}" is left out: ${shown(given)} given, it takes ${allowed}`,
  );
}
