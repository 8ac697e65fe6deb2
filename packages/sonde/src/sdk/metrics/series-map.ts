/**
 * Finds the series of a set of attributes, and makes it if there is none. `series-trie.ts` draws the way there.
 *
 * - The order in which a set of keys was first seen is the one its series are kept under. Other orders are aliases to the
 *   same series, of which there is a limit; beyond it, and for values that are objects, a set is brought into its order
 *   at each measurement, which is slow and right.
 * - Only primitive values are steps. Lists and maps, which their owner may change, are represented by their content.
 *
 * Nothing of the caller's is kept: a series has its own copy of the attributes.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { type GivenAttributes, KeyOrder, readAttributes, type Step, stepsOf } from './given-attributes.ts';
import { KeyShapes } from './key-shapes.ts';
import { type Located, SeriesTrie } from './series-trie.ts';

/** Other orders of keys that are remembered, for each series that there may be. */
const ALIASES_PER_SERIES = 2;

/** What the map asks of its stream. */
export interface SeriesSource<S extends Located> {
  /** Whether there may be one more series; called before each `make`. */
  hasRoom(): boolean;
  make(attributes: Attributes): S;
  /** The series for what there is no room for. */
  overflow(): S;
}

export class SeriesMap<S extends Located> {
  /** Every series, in the order in which they were made. */
  all: S[];
  /** @internal */
  trie: SeriesTrie<S>;
  /** @internal */
  readonly source: SeriesSource<S>;
  /** @internal Whether the stream keeps a key; undefined keeps all. */
  readonly keeps: ((key: string) => boolean) | undefined;
  /** @internal The order of each set of keys. */
  readonly orders: Map<string, KeyOrder>;
  /** @internal */
  aliases: number;
  /** @internal */
  readonly shapes: KeyShapes;

  constructor(source: SeriesSource<S>, keeps?: (key: string) => boolean) {
    this.all = [];
    this.trie = new SeriesTrie();
    this.source = source;
    this.keeps = keeps;
    this.orders = new Map();
    this.aliases = 0;
    this.shapes = new KeyShapes();
  }

  /** The series of these attributes, made if there is none. Never throws: what cannot be read is left out. */
  find(attributes: Attributes | undefined): S {
    try {
      return this.trie.find(attributes) ?? beyond(this, attributes) ?? locate(this, attributes);
    } catch {
      return locate(this, attributes);
    }
  }

  /** The series of attributes that are well known, made whatever the room. */
  insert(series: S): void {
    const steps = stepsOf(series.attributes);
    const keys = steps.map(({ key }) => key);
    this.orders.set(identityOf(keys), new KeyOrder(keys));
    this.shapes.clear();
    this.all.push(series);
    this.trie.put(steps, series);
  }

  /** The series of attributes that are well known, if there is one. */
  known(attributes: Attributes): S | undefined {
    return this.trie.find(attributes);
  }

  /** Forgets every series that is not to be kept, and all aliases. */
  retain(keep: (series: S) => boolean): void {
    const kept = this.all.filter(keep);
    if (kept.length === this.all.length) return;
    this.all = [];
    this.trie = new SeriesTrie();
    this.orders.clear();
    this.shapes.clear();
    this.aliases = 0;
    for (const series of kept) this.insert(series);
  }
}

/** The quick way where there is no room: most of what comes then has keys that are well known, and no series. */
function beyond<S extends Located>(map: SeriesMap<S>, attributes: Attributes | undefined): S | undefined {
  if (map.source.hasRoom()) return undefined;
  const shape = map.shapes.find(attributes);
  if (shape === undefined) return undefined;
  const series = shape.order && map.trie.getOrdered(shape.order, attributes!);
  return series ?? map.source.overflow();
}

/** The way for what the trie does not know. */
function locate<S extends Located>(map: SeriesMap<S>, attributes: Attributes | undefined): S {
  const given = readAttributes(attributes, map.keeps);
  const id = identityOf(given.keys);
  const known = map.orders.get(id);
  const steps = known === undefined ? given.steps : ordered(given, known);
  let series = known === undefined ? undefined : map.trie.get(steps);
  if (series === undefined) {
    if (!map.source.hasRoom()) {
      rememberShape(map, given);
      return map.source.overflow();
    }
    // To make room may have forgotten the order, with all series of it.
    const order = map.orders.get(id) ?? new KeyOrder(steps.map(({ key }) => key));
    series = map.source.make(given.toAttributes(order));
    map.orders.set(id, order);
    map.shapes.clear();
    map.all.push(series);
    map.trie.put(steps, series);
  }
  alias(map, given, steps, series);
  return series;
}

function rememberShape<S extends Located>(map: SeriesMap<S>, { path, keys }: GivenAttributes): void {
  const isSimple = path?.every(({ value, isSkipped }) => isSkipped || value !== undefined) === true;
  if (isSimple)
    map.shapes.add(
      path!.map(({ key }) => key),
      map.orders.get(identityOf(keys))?.keys,
    );
}

function alias<S extends Located>(
  map: SeriesMap<S>,
  given: GivenAttributes,
  steps: readonly Step[],
  series: S,
): void {
  if (given.path === undefined || isSame(given.path, steps)) return;
  if (map.aliases >= (map.all.length + 8) * ALIASES_PER_SERIES) return;
  map.aliases++;
  map.trie.putAlias(given.path, series);
}

function isSame(path: readonly Step[], steps: readonly Step[]): boolean {
  return path.length === steps.length && path.every((step, at) => step.key === steps[at]!.key);
}

function ordered(given: GivenAttributes, { keys }: KeyOrder): Step[] {
  return keys.map((key) => given.steps[given.keys.indexOf(key)]!);
}

/** The same for every order of the keys. */
function identityOf(keys: readonly string[]): string {
  return keys.length < 2 ? JSON.stringify(keys) : JSON.stringify([...keys].sort());
}
