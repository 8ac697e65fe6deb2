/** Exporters that most programs never use: they are read from the disk when a variable names them, and not before. */
import { loadPart, type PartName } from '#platform';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import type { EnvironmentName } from '../sdk/common/environment-table.ts';

/** The entry point that exports the class. */
export interface LatePlace {
  readonly part: PartName;
  readonly className: string;
}

/**
 * The exporter with the settings of the environment. Where it cannot be loaded (a bundle, a runtime that loads nothing
 * late) that is said, and what the word names stays off.
 */
export function lateExporter<E>(
  variable: EnvironmentName,
  word: string,
  { part, className }: LatePlace,
): E | undefined {
  try {
    const exports = loadPart(part) as Record<string, new () => E>;
    return new exports[className]!();
  } catch (error) {
    const text = `${variable}=${word} stays off: a bundle does not hold ${part}; give the exporter to startSdk in code`;
    reportOnce('warn', 'part_not_loaded', `${variable}=${word}`, text, error);
    return undefined;
  }
}
