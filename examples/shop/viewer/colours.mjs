// A few colours for a terminal, and none elsewhere or where NO_COLOR asks for none.
import { env, stdout } from 'node:process';

const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
const isOn = forced || (stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');

const style = (on, off) => (text) => (isOn ? `\u001b[${on}m${text}\u001b[${off}m` : text);

export const bold = style(1, 22);
export const dim = style(2, 22);
export const red = style(31, 39);
export const yellow = style(33, 39);

const palette = [style(36, 39), style(35, 39), style(32, 39), style(34, 39), style(33, 39)];
const given = new Map();

/** A colour for each service, the same in all traces. */
export function colourOf(service) {
  if (!given.has(service)) given.set(service, palette[given.size % palette.length]);
  return given.get(service);
}
