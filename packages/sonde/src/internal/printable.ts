/** Text that may come from outside, made safe to show on one line of a terminal or a log. */

/**
 * Control characters (escape sequences, line breaks) and the marks that reorder what is shown: \p{Cc}, \p{Zl}, \p{Zp} and
 * the last two ranges. Written out, because V8 asks ICU about every character there is, as it parses such a property (Node 26: 0.7 ms, 0.1 MB).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

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
