/** Which option was meant by a name that none has, and the words for it. Loaded with the first such name: nearly no start has one. */
import { shown } from '../../internal/shown.ts';
import { reportOnce } from './diagnostics.ts';

/** Warns once of a name that is nearly a known one, and says nothing of another. */
export function reportUnknown(owner: string, name: string, known: readonly string[], prefix: string): void {
  const meant = nearest(name.toLowerCase(), known);
  if (meant === undefined) return;
  const message = `${owner}: there is no option ${prefix}${shown(name)}, so it changes nothing; was ${prefix}${meant} meant?`;
  reportOnce('warn', 'option_unknown', `${owner} ${prefix}${name}`, message);
}

function nearest(name: string, known: readonly string[]): string | undefined {
  for (const steps of [0, 1, 2]) {
    const found = known.find((each) => each.length > steps * 2 && isWithin(steps, name, each.toLowerCase()));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether at most so many letters, left out, put in or exchanged, make one text the other. */
function isWithin(steps: number, one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > steps) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  if (at === one.length && at === other.length) return true;
  const [a, b, c, d] = [one.slice(at), one.slice(at + 1), other.slice(at), other.slice(at + 1)];
  return steps > 0 && (isWithin(steps - 1, b, c) || isWithin(steps - 1, a, d) || isWithin(steps - 1, b, d));
}
