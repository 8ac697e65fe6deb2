/**
 * Finds the series of a set of attributes. The hot path of every measurement that is not bound.
 *
 * A trie over what `for … in` gives: a step is a key, then a value. It is walked as the object is read, so that a set
 * seen before is found without sorting, without a string and without an allocation.
 *
 *     add(1, { method: 'GET', status: 200 })          add(1, { status: 200, method: 'GET' })
 *
 *     root ── method ─┬─ 'GET' ── status ─┬─ 200 ──► series A ◄─┐
 *       │             │                   └─ 404 ──► series B   │ alias: the same set in another order
 *       │             └─ 'PUT' ── status ─── 200 ──► series C   │
 *       └─ status ───── 200 ──── method ──── 'GET' ─────────────┘
 *
 * - A node is one key at one place; what else may stand there is its sibling. Of its values the first is a field, which
 *   costs one comparison where there is only one (`url.scheme`, `server.port`), the others are in a Map.
 * - Keys that the stream leaves out are nodes that skip: their value is not looked at.
 * - The order in which a set of keys was first seen is the one its series are kept under. Other orders are aliases to the
 *   same series, of which there is a limit; beyond it, and for values that are objects, a set is brought into its order
 *   at each measurement, which is slow and right.
 * - Only primitive values are steps. Lists and maps, which their owner may change, are represented by their content.
 *
 * Nothing of the caller's is kept: a series has its own copy of the attributes.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { type GivenAttributes, readAttributes, type Step, stepsOf } from './given-attributes.ts';

/** Other orders of keys that are remembered, for each series that there may be. */
const ALIASES_PER_SERIES = 2;
/** Different keys at one place that are searched one by one. More are somebody who makes keys up: found, but slowly. */
const MAX_SIBLINGS = 16;

/** Stands where a node has no first value. */
const NOTHING: unique symbol = Symbol('nothing');

/** What the map keeps; the stream makes it. */
export interface Located {
  readonly attributes: Attributes;
}

/** What the map asks of its stream. */
export interface SeriesSource<S extends Located> {
  /** Whether there may be one more series; called before each `make`. */
  hasRoom(): boolean;
  make(attributes: Attributes): S;
  /** The series for what there is no room for. */
  overflow(): S;
}

/**
 * One key at one place. Half of the memory of a series is here, so a node is small: where all paths end with its values,
 * they lead to the series themselves and not to nodes around them, and what few nodes have is apart.
 */
class TrieNode<S> {
  /** The key that comes next; undefined at the end of all paths. */
  key: string | undefined;
  /** The first value that the key had here, and where it leads: a TrieNode, or a series where `isLast` says so. */
  value: unknown;
  child: unknown;
  isLast: boolean;
  more: NodeExtras<S> | undefined;

  constructor() {
    this.key = undefined;
    this.value = NOTHING;
    this.child = undefined;
    this.isLast = true;
    this.more = undefined;
  }
}

class NodeExtras<S> {
  /** Values beyond the first, and where they lead. */
  others: Map<unknown, unknown> | undefined = undefined;
  /** Another key that may come at the same place. */
  sibling: TrieNode<S> | undefined = undefined;
  /** Whose attributes end here, before another key. Only on the first of siblings. */
  series: S | undefined = undefined;
}

function extrasOf<S>(node: TrieNode<S>): NodeExtras<S> {
  if (node.more === undefined) node.more = new NodeExtras();
  return node.more;
}

/** Every value of such a node leads to the same child. */
const SKIP: unique symbol = Symbol('skip');

export class SeriesMap<S extends Located> {
  /** Every series, in the order in which they were made. */
  all: S[];
  /** @internal */
  root: TrieNode<S>;
  /** @internal */
  readonly source: SeriesSource<S>;
  /** @internal Whether the stream keeps a key; undefined keeps all. */
  readonly keeps: ((key: string) => boolean) | undefined;
  /** @internal The order of each set of keys. */
  readonly orders: Map<string, readonly string[]>;
  /** @internal */
  aliases: number;
  /** @internal Keys beyond MAX_SIBLINGS at one place. */
  readonly crowds: Map<TrieNode<S>, Map<string, TrieNode<S>>>;

  constructor(source: SeriesSource<S>, keeps?: (key: string) => boolean) {
    this.all = [];
    this.root = new TrieNode();
    this.source = source;
    this.keeps = keeps;
    this.orders = new Map();
    this.aliases = 0;
    this.crowds = new Map();
  }

  /** The series of these attributes, made if there is none. Never throws: what cannot be read is left out. */
  find(attributes: Attributes | undefined): S {
    try {
      return walk(this.root, attributes) ?? locate(this, attributes);
    } catch {
      return locate(this, attributes);
    }
  }

  /** The series of attributes that are well known, made whatever the room. */
  insert(series: S): void {
    const steps = stepsOf(series.attributes);
    remember(this, steps);
    this.all.push(series);
    put(this, steps, series);
  }

  /** The series of attributes that are well known, if there is one. */
  known(attributes: Attributes): S | undefined {
    return walk(this.root, attributes);
  }

  /** Forgets every series that is not to be kept, and all aliases. */
  retain(keep: (series: S) => boolean): void {
    const kept = this.all.filter(keep);
    if (kept.length === this.all.length) return;
    this.all = [];
    this.root = new TrieNode();
    this.orders.clear();
    this.crowds.clear();
    this.aliases = 0;
    for (const series of kept) this.insert(series);
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

/**
 * V8 reads own keys and values of the loop from the object's shape, and the check for own keys costs nothing there if it
 * is written out: through a constant of the module, which is a variable once modules are joined, it is a call that costs
 * 20 ns for three keys.
 */
function walk<S>(root: TrieNode<S>, attributes: Attributes | undefined): S | undefined {
  let node = root;
  let found: S | undefined;
  for (const key in attributes) {
    // A series was reached, and here is a key more.
    if (found !== undefined) return undefined;
    // biome-ignore lint/suspicious/noPrototypeBuiltins: V8 knows this form; Object.hasOwn is a call
    if (!Object.prototype.hasOwnProperty.call(attributes, key)) return undefined;
    const value: unknown = attributes[key];
    while (node.key !== key) {
      const sibling: TrieNode<S> | undefined = node.more?.sibling;
      if (sibling === undefined) return undefined;
      node = sibling;
    }
    const next = node.value === value ? node.child : other(node, value);
    if (next === undefined) return undefined;
    if (node.isLast) found = next as S;
    else node = next as TrieNode<S>;
  }
  return found ?? node.more?.series;
}

function other<S>(node: TrieNode<S>, value: unknown): unknown {
  const others = node.more?.others;
  if (others !== undefined) return others.get(value);
  return node.value === SKIP ? node.child : undefined;
}

/** The way for what the trie does not know. */
function locate<S extends Located>(map: SeriesMap<S>, attributes: Attributes | undefined): S {
  const given = readAttributes(attributes, map.keeps);
  const id = identityOf(given.keys);
  const order = map.orders.get(id);
  const steps = order === undefined ? given.steps : ordered(given, order);
  let series = order === undefined ? undefined : get(map, steps);
  if (series === undefined) {
    if (!map.source.hasRoom()) return map.source.overflow();
    series = map.source.make(given.toAttributes(order));
    if (order === undefined) map.orders.set(id, given.keys);
    map.all.push(series);
    put(map, steps, series);
  }
  alias(map, given, steps, series);
  return series;
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
  put(map, given.path, series);
}

function isSame(path: readonly Step[], steps: readonly Step[]): boolean {
  return path.length === steps.length && path.every((step, at) => step.key === steps[at]!.key);
}

function ordered(given: GivenAttributes, order: readonly string[]): Step[] {
  return order.map((key) => given.steps[given.keys.indexOf(key)]!);
}

function remember<S extends Located>(map: SeriesMap<S>, steps: readonly Step[]): void {
  const keys = steps.map(({ key }) => key);
  map.orders.set(identityOf(keys), keys);
}

/** The same for every order of the keys. */
function identityOf(keys: readonly string[]): string {
  return keys.length < 2 ? JSON.stringify(keys) : JSON.stringify([...keys].sort());
}

function get<S extends Located>(map: SeriesMap<S>, steps: readonly Step[]): S | undefined {
  let node = map.root;
  for (const [at, { key, value }] of steps.entries()) {
    const branch = branchOf(map, node, key);
    const next = branch?.value === value ? branch?.child : branch && other(branch, value);
    if (next === undefined) return undefined;
    if (branch!.isLast) return at === steps.length - 1 ? (next as S) : undefined;
    node = next as TrieNode<S>;
  }
  return node.more?.series;
}

/** The node of this key among those at one place. */
function branchOf<S extends Located>(
  map: SeriesMap<S>,
  place: TrieNode<S>,
  key: string,
): TrieNode<S> | undefined {
  for (let node: TrieNode<S> | undefined = place; node !== undefined; node = node.more?.sibling) {
    if (node.key === key) return node;
  }
  return map.crowds.get(place)?.get(key);
}

function put<S extends Located>(map: SeriesMap<S>, steps: readonly Step[], series: S): void {
  let node = map.root;
  for (const [at, { key, value, isSkipped }] of steps.entries()) {
    const branch = branchOf(map, node, key) ?? addBranch(map, node, key);
    const edge = isSkipped ? SKIP : value;
    if (at === steps.length - 1 && branch.isLast) {
      lead(branch, edge, series);
      return;
    }
    node = nodeBehind(branch, edge);
  }
  extrasOf(node).series = series;
}

function addBranch<S extends Located>(map: SeriesMap<S>, place: TrieNode<S>, key: string): TrieNode<S> {
  if (place.key === undefined) {
    place.key = key;
    return place;
  }
  const added = new TrieNode<S>();
  added.key = key;
  let last = place;
  let count = 1;
  for (let next = last.more?.sibling; next !== undefined; next = last.more?.sibling) {
    last = next;
    count++;
  }
  if (count < MAX_SIBLINGS) {
    extrasOf(last).sibling = added;
  } else {
    const crowd = map.crowds.get(place) ?? new Map<string, TrieNode<S>>();
    map.crowds.set(place, crowd.set(key, added));
  }
  return added;
}

/** Has a value of the node lead somewhere: the first one in the fields, the others in the Map. */
function lead<S>(node: TrieNode<S>, value: unknown, target: unknown): void {
  // NaN does not equal itself: it has to be found in the Map.
  if ((node.value === NOTHING && !Number.isNaN(value)) || node.value === value) {
    node.value = value;
    node.child = target;
    return;
  }
  const extras = extrasOf(node);
  if (extras.others === undefined) extras.others = new Map();
  extras.others.set(value, target);
}

/** The node that a value leads to, for a path that goes on. */
function nodeBehind<S>(node: TrieNode<S>, value: unknown): TrieNode<S> {
  if (node.isLast) putNodesBetween(node);
  let child = (node.value === value ? node.child : other(node, value)) as TrieNode<S> | undefined;
  if (child === undefined) {
    child = new TrieNode();
    lead(node, value, child);
  }
  return child;
}

/** Not all paths end here any more: what were series become nodes that hold them. */
function putNodesBetween<S>(node: TrieNode<S>): void {
  node.isLast = false;
  if (node.value !== NOTHING) node.child = nodeAround(node.child as S);
  const others = node.more?.others;
  if (others !== undefined) for (const [value, series] of others) others.set(value, nodeAround(series as S));
}

function nodeAround<S>(series: S): TrieNode<S> {
  const node = new TrieNode<S>();
  extrasOf(node).series = series;
  return node;
}
