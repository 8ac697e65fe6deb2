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

/** The longest piece of a wrong value that is shown. */
const MAX_SHOWN = 40;

/** A wrong value in a message, cut where it is long. Text stands in quotes: "5" is no number, and must not look like one. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, MAX_SHOWN)}"` : textOf(value).slice(0, MAX_SHOWN);
}
