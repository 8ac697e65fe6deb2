/** Headers that the user wants as attributes: `http.request.header.<name>`, a list of values each (http-spans.md). */
import type { Attributes } from '../../api/common/attributes.ts';

/** Adds those of `names` that are there. */
export function captureHeaders(
  attributes: Attributes,
  side: 'request' | 'response',
  names: readonly string[],
  read: (lowerCaseName: string) => unknown,
): void {
  for (const name of names) {
    const lower = name.toLowerCase();
    const value = read(lower);
    if (value === undefined || value === null) continue;
    attributes[`http.${side}.header.${lower}`] = Array.isArray(value) ? value.map(String) : [String(value)];
  }
}
