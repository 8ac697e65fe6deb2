/** The check that every limit given in code passes, for all signals. */
import { shown } from '../../internal/shown.ts';

/**
 * A limit given in code, or undefined when none was given.
 * @throws RangeError naming the option, the value and what is allowed
 */
export function resolveLimit(option: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value === Infinity || (Number.isInteger(value) && value >= 0)) return value;
  throw new RangeError(`${option} must be a non-negative integer or Infinity, got ${shown(value)}`);
}
