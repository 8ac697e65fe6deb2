/**
 * What the console exporters know about terminals: whether to colour, how wide a text is shown, how to cut it.
 * Node's util.styleText is missing on the oldest Node served and outside Node, so the few codes needed are here.
 */
import { environment } from '#platform';

/** Where a console exporter writes: any writable stream of Node, or an object with a `write`. */
export interface ConsoleStream {
  /** Gets whole lines. A stream of Node calls back once they are out. */
  write(text: string, callback?: (error?: Error | null) => void): unknown;
  /** True for a terminal; decides the default format and colours. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** Styles of a text; each gives the text back unchanged when colours are off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
  cyan(text: string): string;
}

const PLAIN: Paint = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  magenta: same,
  cyan: same,
};

const COLOURED: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  blue: sgr(34, 39),
  magenta: sgr(35, 39),
  cyan: sgr(36, 39),
};

export function paint(colors: boolean): Paint {
  return colors ? COLOURED : PLAIN;
}

/** FORCE_COLOR wins over NO_COLOR, as in Node itself; without either a terminal is coloured unless it is a dumb one. */
export function wantsColors(isTTY: boolean): boolean {
  const variables = environment();
  const force = variables['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force.toLowerCase() !== 'false';
  if ((variables['NO_COLOR'] ?? '') !== '') return false;
  return isTTY && variables['TERM'] !== 'dumb';
}

function same(text: string): string {
  return text;
}

function sgr(on: number, off: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`);
}
