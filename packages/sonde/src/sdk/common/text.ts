/** Names and messages are strings, whatever a caller gave. */

/** The value as text; a hostile toString gives an empty one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return String(value);
  } catch {
    return '';
  }
}
