/**
 * What was given or thrown, in the words of a message. Whatever it is, nothing here throws, runs much of its code or
 * gives back more than a line that fits on a screen.
 */
import { printable } from './printable.ts';

/** Characters of a wrong value that are shown: enough to know it again. */
const MAX_SHOWN = 100;
/** Characters of what an error says: some of them quote a whole answer. */
const MAX_MESSAGE = 1_000;
/** Whole numbers beyond it are not written out: a million digits take V8 a while. */
const MAX_BIGINT = 1e99;

/**
 * A value that is wrong, as one line. Text stands in quotes, "5" is no number and must not look like one, and says how
 * long it was where it is cut; of objects only the kind is told, because to read them is to run their code.
 */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return cut(value, MAX_SHOWN, (text) => printable(JSON.stringify(text)));
    case 'symbol':
      return cut(String(value), MAX_SHOWN, printable);
    case 'bigint':
      return value > MAX_BIGINT || value < -MAX_BIGINT ? 'a bigint of 100 digits or more' : `${value}n`;
    case 'function':
    case 'object':
      return kindOf(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

/** Only what kind of value it is: for what may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  try {
    if (Array.isArray(value)) return 'an array';
    return value instanceof Promise ? 'a promise' : 'an object';
  } catch {
    // A proxy whose target was taken away throws when it is asked what it is.
    return 'an object';
  }
}

/** What something thrown says of itself. Errors of other realms, as under Jest, are errors too. Not made one line: a report is. */
export function messageOf(thrown: unknown): string {
  try {
    const message = (thrown as { message?: unknown } | null | undefined)?.message;
    if (typeof message === 'string' && message !== '') return cut(message, MAX_MESSAGE);
    if (thrown instanceof Error) return cut(String(thrown), MAX_MESSAGE);
    return typeof thrown === 'string' ? cut(thrown, MAX_MESSAGE) : shown(thrown);
  } catch {
    return 'an error without a message';
  }
}

function cut(text: string, max: number, written = (part: string): string => part): string {
  if (text.length <= max) return written(text);
  return `${written(text.slice(0, max))}… (${text.length} characters)`;
}
