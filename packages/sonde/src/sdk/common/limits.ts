/** The check that every limit given in code passes, for all signals. */
import type { OptionChecks } from './option-checks.ts';

/**
 * A limit given in code, or undefined when none was given.
 * @throws TypeError naming the option, the value and what is allowed
 */
export function limitOf<T extends object>(
  checks: OptionChecks<T>,
  name: keyof T & string,
): number | undefined {
  const isLimit = (given: unknown): boolean =>
    given === Infinity || (Number.isInteger(given) && (given as number) >= 0);
  return checks.checked(name, isLimit, 'a whole number from 0 on, or Infinity');
}
