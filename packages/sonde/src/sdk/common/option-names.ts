/**
 * Options whose names are misspelt. A name that nobody here knows may be an option of another SDK's that a program goes on
 * passing, so it is left alone; one that differs by a letter or two from a name that counts was meant to be that.
 */
import { loadMisspeltOption } from './deferred-misspelt-option.ts';

/** Names that are looked at: more are not options but data. */
const MAX_NAMES = 100;

/** Warns once of each name that is nearly a known one. Reads no value: that could run somebody's getter. */
export function reportMisspelt(
  owner: string,
  options: object,
  known: readonly string[],
  prefix: string = '',
): void {
  try {
    for (const name of Object.keys(options).slice(0, MAX_NAMES)) {
      if (!known.includes(name)) loadMisspeltOption().reportUnknown(owner, name, known, prefix);
    }
  } catch {
    // A proxy that keeps its names to itself, or files that are gone.
  }
}
