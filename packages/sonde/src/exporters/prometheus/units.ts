/**
 * UCUM units as the words that Prometheus names have: `By/s` becomes `bytes_per_second`
 * (specification: compatibility/prometheus_and_openmetrics.md, "Metric Metadata").
 */

/** Plural words of units. A unit that is not here is taken as it is. */
const WORDS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  bit: 'bits',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  kg: 'kilograms',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
};

/** Singular words, for what stands behind `per`. */
const PER_WORDS: Readonly<Record<string, string>> = {
  s: 'second',
  ms: 'millisecond',
  us: 'microsecond',
  ns: 'nanosecond',
  m: 'minute',
  min: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  wk: 'week',
  mo: 'month',
  y: 'year',
  a: 'year',
};

/** What stands in braces says what is counted, not in which unit. */
const ANNOTATION = /\{[^}]*\}?/g;

/**
 * The word for a unit, or '' where it has none: no unit, an annotation alone. `1` is none either; a gauge of it is a
 * ratio, which only the caller knows.
 */
export function unitWord(unit: string): string {
  const plain = unit.replace(ANNOTATION, '').trim();
  if (plain === '' || plain === '1') return '';
  const slash = plain.indexOf('/');
  if (slash < 0) return word(WORDS, plain);
  const above = plain.slice(0, slash).trim();
  const below = plain.slice(slash + 1).trim();
  const per = below === '' ? '' : `per_${word(PER_WORDS, below)}`;
  const counted = above === '' || above === '1' ? '' : word(WORDS, above);
  return [counted, per].filter((part) => part !== '').join('_');
}

function word(words: Readonly<Record<string, string>>, unit: string): string {
  return Object.hasOwn(words, unit) ? words[unit]! : unit;
}
