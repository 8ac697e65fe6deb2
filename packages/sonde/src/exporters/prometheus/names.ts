/**
 * Names of metrics and labels, in two steps: the exporter's translation strategy, then the escaping scheme that a scraper
 * asks for (specification: metrics/sdk_exporters/prometheus.md, "Translation strategy"; prometheus.io, "Escaping schemes").
 */

/** How names are brought into Prometheus's form. */
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

/** The strategies, the default first. */
export const STRATEGIES: readonly TranslationStrategy[] = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
];

/** What a scraper wants done with characters that names could not have before UTF-8 was allowed. */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** Names kept per cache: they are few and come with every scrape. */
const MAX_CACHED = 5_000;

/** Turns names into others; asked again for the same, it remembers. */
class NameCache {
  readonly #names = new Map<string, string>();
  readonly #make: (name: string) => string;

  constructor(make: (name: string) => string) {
    this.#make = make;
  }

  get(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    if (this.#names.size < MAX_CACHED) this.#names.set(name, made);
    return made;
  }
}

/** The names of one exporter under one escaping scheme. */
export class Naming {
  readonly scheme: EscapingScheme;
  readonly hasSuffixes: boolean;
  readonly #metrics: NameCache;
  readonly #labels: NameCache;
  readonly #escape: (name: string) => string;
  readonly #translate: (name: string) => string;

  constructor(strategy: TranslationStrategy, scheme: EscapingScheme) {
    this.scheme = scheme;
    this.hasSuffixes =
      strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes';
    const isEscaped =
      strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
    this.#translate = isEscaped ? legacyMetricName : wellFormed;
    this.#escape = (name) => escapeName(name, scheme, ':');
    this.#metrics = new NameCache(this.#translate);
    this.#labels = new NameCache((name) =>
      escapeName(isEscaped ? legacyLabelName(name) : wellFormed(name), scheme, ''),
    );
  }

  /** A metric's name by the strategy, before suffixes. */
  metric(name: string): string {
    return this.#metrics.get(name);
  }

  /** A unit's word as a part of a name, by the strategy. */
  unit(word: string): string {
    return this.#translate(word).replace(/^_+|_+$/g, '');
  }

  /** A name with its suffixes, by the scheme. */
  escaped(name: string): string {
    return this.#escape(name);
  }

  label(name: string): string {
    return this.#labels.get(name);
  }
}

function legacyMetricName(name: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/_{2,}/g, '_');
  return /^[0-9]/.test(clean) || clean === '' ? `_${clean}` : clean;
}

function legacyLabelName(name: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/_{2,}/g, '_');
  return /^[0-9]/.test(clean) || clean === '' ? `_${clean}` : clean;
}

/** With the u flag a surrogate that is half of a pair is no character of its own, so these are the lone ones. */
const LONE_SURROGATES = /\p{Cs}/gu;

function wellFormed(name: string): string {
  return name === '' ? '_' : name.replace(LONE_SURROGATES, '\ufffd');
}

/** @param also what is allowed besides letters, digits and underscores: metrics may have colons, labels not */
export function escapeName(name: string, scheme: EscapingScheme, also: ':' | ''): string {
  if (scheme === 'allow-utf-8') return name;
  const isLegacy = (also === ':' ? /^[a-zA-Z_:][a-zA-Z0-9_:]*$/ : /^[a-zA-Z_][a-zA-Z0-9_]*$/).test(name);
  // The scheme `dots` doubles underscores of every name, so that it can be undone.
  if (isLegacy && scheme !== 'dots') return name;
  let escaped = scheme === 'values' ? 'U__' : '';
  let place = 0;
  for (const character of name) {
    escaped += escapedCharacter(character, scheme, isAllowed(character, place, also));
    place++;
  }
  return escaped;
}

function isAllowed(character: string, place: number, also: ':' | ''): boolean {
  return /^[a-zA-Z_]$/.test(character) || character === also || (place > 0 && /^[0-9]$/.test(character));
}

function escapedCharacter(character: string, scheme: EscapingScheme, isLegacy: boolean): string {
  if (scheme === 'underscores') return isLegacy ? character : '_';
  if (character === '_') return '__';
  if (scheme === 'dots') return character === '.' ? '_dot_' : isLegacy ? character : '_';
  return isLegacy ? character : `_${character.codePointAt(0)!.toString(16)}_`;
}

/** Whether a name can stand in the text formats without quotation marks. */
export function isLegacyMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

/** As for metrics; labels have no colons. */
export function isLegacyLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/** The name with the unit's word behind it, unless the word is in the name already as whole words. */
export function withUnit(name: string, unit: string): string {
  if (unit === '' || `_${name.replaceAll('.', '_')}_`.includes(`_${unit}_`)) return name;
  return `${name}_${unit}`;
}
