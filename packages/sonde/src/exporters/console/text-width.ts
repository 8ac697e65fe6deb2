/** How wide text is on a terminal. Apart from terminal.ts: V8 takes 0.7 ms to parse a first property of characters (Node 26), and a start has no text. */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns a terminal gives a text that has no control characters: wide scripts two, marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text within `width` columns; what is cut off is marked by an ellipsis. */
export function truncated(text: string, width: number): string {
  if (text.length <= width / 2 || displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const more = characterWidth(character);
    if (used + more > width - 1) break;
    kept += character;
    used += more;
  }
  return `${kept}…`;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
