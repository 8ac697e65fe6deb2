/** A list of words from the environment, matched with what this version has for them. */

import { shown } from '../internal/shown.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import { reportUnavailable } from '../sdk/common/environment.ts';
import type { EnvironmentName } from '../sdk/common/environment-table.ts';

const NONE = 'none';

/**
 * What `available` has for the words. `none` beside other words wins, which is said: whoever wrote it wanted something
 * off. A word that this version has nothing for is said and left out, nothing takes its place.
 */
export function availableOf<T>(
  variable: EnvironmentName,
  words: readonly string[],
  available: Readonly<Record<string, T>>,
): T[] {
  if (words.includes(NONE)) {
    if (words.length > 1) {
      reportOnce(
        'warn',
        'env_invalid',
        `${variable}=${words}`,
        `${variable}=${shown(words.join())}: none stands beside other values and switches them all off`,
      );
    }
    return [];
  }
  const found: T[] = [];
  for (const word of words) {
    const match = available[word];
    if (match !== undefined) found.push(match);
    else reportUnavailable(variable, word, [...Object.keys(available), NONE]);
  }
  return found;
}
