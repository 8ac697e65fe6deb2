/** Text that may come from outside, made safe to show on one line of a terminal or a log. */

/** Control characters (escape sequences, line breaks) and the marks that reorder what is shown. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** The text with every character that could move the cursor, colour the terminal or forge a line written as an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
