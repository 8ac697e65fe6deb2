/**
 * The trie that leads from a set of attributes to its series. On the hot path: `walk`, in the course of each measurement
 * that is not bound.
 *
 * A step is a key, then a value. The trie is walked as the object is read, so that a set seen before is found without
 * sorting, without a string and without an allocation.
 *
 *     add(1, { method: 'GET', user: 'a', status: 200 })        add(1, { status: 200, method: 'GET', user: 'a' })
 *
 *     root ── method ─┬─ 'GET' ── user ─┬─ 'a' ──► series A      with what must follow: status 200
 *       │             │                 ├─ 'b' ── status ─┬─ 200 ──► series B
 *       │             │                 │                 └─ 404 ──► series C
 *       │             └─ 'PUT' ──► series D                 with what must follow: user 'a', status 200
 *       └─ status ── 200 ── method ── 'GET' ── user ── 'a' ── end ──► series A      an alias, node by node
 *
 * - A node is one key at one place; what else may stand there is its sibling. Of its values the first is a field, which
 *   costs one comparison where there is only one (`url.scheme`, `server.port`), the others are in a Map.
 * - A path has nodes only as far as other paths share it. Where it is alone it leads to its series, which knows the rest,
 *   its tail: steps that are compared one by one. Equal tails are one object, so that 100,000 users whose status is 200
 *   need neither nodes nor tails of their own. Half of the memory of a series was here.
 * - Keys that the stream leaves out are steps that skip: their value is not looked at.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { Step } from './given-attributes.ts';

/** Different keys at one place that are searched one by one. More are somebody who makes keys up: found, but slowly. */
const MAX_SIBLINGS = 16;
/** Values before one tail for which the longer tail is shared. More are values that differ from series to series. */
const MAX_SHARED_TAILS = 64;

/** Stands where a node has no first value. */
const NOTHING: unique symbol = Symbol('nothing');
/** Every value of such a step is the same. */
const SKIP: unique symbol = Symbol('skip');

/** What the trie leads to. */
export interface Located {
  readonly attributes: Attributes;
  /** The trie's own; NO_TAIL at first. */
  tail: Tail;
}

/** What must follow of a set whose path has ended before its last key: nodes of one value each, and one without a key. */
export type Tail = TrieNode<never>;

/** One key at one place; without a key, the end of all paths that lead here. */
class TrieNode<S> {
  /** The key that comes next. */
  key: string | undefined;
  /** The first value that the key had here. */
  value: unknown;
  /** Where the first value leads: a node or a series. Without a key, the series whose attributes end here. */
  child: unknown;
  more: NodeExtras<S> | undefined;

  constructor() {
    this.key = undefined;
    this.value = NOTHING;
    this.child = undefined;
    this.more = undefined;
  }
}

/** What few nodes have. */
class NodeExtras<S> {
  /** Values beyond the first, and where they lead. */
  others: Map<unknown, unknown> | undefined = undefined;
  /** Another key that may come at the same place. */
  sibling: TrieNode<S> | undefined = undefined;
  /** Whose attributes end here, before another key. Only on the first of siblings. */
  series: S | undefined = undefined;
  /** Of a tail: the longer ones that are shared, by the value they begin with. */
  longer: Map<unknown, Tail> | undefined = undefined;
}

/** The tail of a series that is in no trie, or that has a path to its last key. */
export const NO_TAIL: Tail = /* @__PURE__ */ new TrieNode<never>();

function extrasOf<S>(node: TrieNode<S>): NodeExtras<S> {
  if (node.more === undefined) node.more = new NodeExtras();
  return node.more;
}

export class SeriesTrie<S extends Located> {
  /** @internal */
  readonly root: TrieNode<S> = new TrieNode();
  /** @internal Keys beyond MAX_SIBLINGS at one place. */
  readonly crowds: Map<TrieNode<S>, Map<string, TrieNode<S>>> = new Map();
  /** @internal The end of all tails. */
  readonly end: Tail = new TrieNode<never>();

  /** The series that the attributes lead to as they are. Throws what the attributes throw. */
  find(attributes: Attributes | undefined): S | undefined {
    return walk(this.root, attributes);
  }

  /** The series that some steps lead to. */
  get(steps: readonly Step[]): S | undefined {
    let node = this.root;
    for (const [at, { key, value }] of steps.entries()) {
      const branch = branchOf(this, node, key);
      const next = branch && follow(branch, value);
      if (next === undefined) return undefined;
      if (!(next instanceof TrieNode))
        return isTail((next as S).tail, steps, at + 1) ? (next as S) : undefined;
      node = next as TrieNode<S>;
    }
    return seriesAt(node, undefined);
  }

  /** The series of attributes with exactly these keys, taken in this order. Throws what the attributes throw. */
  getOrdered(keys: readonly string[], attributes: Attributes): S | undefined {
    let node = this.root;
    let found: S | undefined;
    for (const key of keys) {
      const branch = found === undefined ? branchOf(this, node, key) : node;
      if (branch?.key !== key) return undefined;
      const next = follow(branch, attributes[key]);
      if (next === undefined) return undefined;
      const { tail } = next as S;
      if (tail === undefined) {
        node = next as TrieNode<S>;
      } else {
        found = next as S;
        node = tail;
      }
    }
    return seriesAt(node, found);
  }

  /** Adds a series by its own steps, to which nothing leads yet. */
  put(steps: readonly Step[], series: S): void {
    const node = descend(this, steps, series);
    if (node === undefined) return;
    series.tail = NO_TAIL;
    setEnd(node, series);
  }

  /** Adds other steps that lead to a series. */
  putAlias(steps: readonly Step[], series: S): void {
    setEnd(descend(this, steps, undefined)!, series);
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

/**
 * V8 reads own keys and values of the loop from the object's shape, and the check for own keys costs nothing there if it
 * is written out: through a constant of the module, which is a variable once modules are joined, it is a call that costs
 * 20 ns for three keys.
 */
function walk<S extends Located>(root: TrieNode<S>, attributes: Attributes | undefined): S | undefined {
  let node = root;
  let found: S | undefined;
  for (const key in attributes) {
    // biome-ignore lint/suspicious/noPrototypeBuiltins: V8 knows this form; Object.hasOwn is a call
    if (!Object.prototype.hasOwnProperty.call(attributes, key)) return undefined;
    while (node.key !== key) {
      const sibling: TrieNode<S> | undefined = node.more?.sibling;
      if (sibling === undefined) return undefined;
      node = sibling;
    }
    const value: unknown = attributes[key];
    const next = node.value === value ? node.child : other(node, value);
    if (next === undefined) return undefined;
    // Nodes have none. Asking what class something is of takes V8 twice as long.
    const { tail } = next as S;
    if (tail === undefined) {
      node = next as TrieNode<S>;
    } else {
      found = next as S;
      node = tail;
    }
  }
  // As seriesAt, written out: the call makes an add with ten attributes 6 % slower (Node 20, minima of five runs in turns).
  if (node.key !== undefined) return node.more?.series;
  return found ?? (node.child as S | undefined);
}

/** The series of what ends at a node: the one that was found on the way, where the node is of its tail. */
function seriesAt<S extends Located>(node: TrieNode<S>, found: S | undefined): S | undefined {
  if (node.key !== undefined) return node.more?.series;
  return found ?? (node.child as S | undefined);
}

function follow<S>(node: TrieNode<S>, value: unknown): unknown {
  return node.value === value ? node.child : other(node, value);
}

function other<S>(node: TrieNode<S>, value: unknown): unknown {
  const others = node.more?.others;
  if (others !== undefined) return others.get(value);
  return node.value === SKIP ? node.child : undefined;
}

function isTail(tail: Tail, steps: readonly Step[], from: number): boolean {
  let node = tail;
  for (let at = from; at < steps.length; at++) {
    const { key, value } = steps[at]!;
    if (node.key !== key || node.value !== value) return false;
    node = node.child as Tail;
  }
  return node.key === undefined;
}

/** The node of this key among those at one place. */
function branchOf<S extends Located>(
  trie: SeriesTrie<S>,
  place: TrieNode<S>,
  key: string,
): TrieNode<S> | undefined {
  for (let node: TrieNode<S> | undefined = place; node !== undefined; node = node.more?.sibling) {
    if (node.key === key) return node;
  }
  return trie.crowds.get(place)?.get(key);
}

/**
 * The node at the end of the steps, made as far as there is none. With `own`, a series, it is put where its path begins
 * to be alone, and there is no node to return.
 */
function descend<S extends Located>(
  trie: SeriesTrie<S>,
  steps: readonly Step[],
  own: S | undefined,
): TrieNode<S> | undefined {
  let node = trie.root;
  for (const [at, { key, value, isSkipped }] of steps.entries()) {
    const branch = branchOf(trie, node, key) ?? addBranch(trie, node, key);
    const edge = isSkipped ? SKIP : value;
    let next = follow(branch, edge);
    if (next === undefined) {
      const tail = own && tailOf(trie, steps, at + 1);
      if (tail !== undefined) {
        own!.tail = tail;
        lead(branch, edge, own);
        return undefined;
      }
      next = new TrieNode();
      lead(branch, edge, next);
    } else if (!(next instanceof TrieNode)) {
      next = pushDown(branch, edge, next as S);
    }
    node = next as TrieNode<S>;
  }
  return node;
}

/** The rest of some steps; undefined where it cannot be compared, since NaN does not equal itself. */
function tailOf<S extends Located>(
  trie: SeriesTrie<S>,
  steps: readonly Step[],
  from: number,
): Tail | undefined {
  let tail = trie.end;
  for (let at = steps.length - 1; at >= from; at--) {
    const { key, value } = steps[at]!;
    if (Number.isNaN(value)) return undefined;
    tail = longer(tail, key, value);
  }
  return tail;
}

function longer(tail: Tail, key: string, value: unknown): Tail {
  const shared = tail.more?.longer?.get(value);
  if (shared?.key === key) return shared;
  const made: Tail = new TrieNode<never>();
  made.key = key;
  made.value = value;
  made.child = tail;
  const extras = extrasOf(tail);
  if (extras.longer === undefined) extras.longer = new Map();
  if (extras.longer.size < MAX_SHARED_TAILS) extras.longer.set(value, made);
  return made;
}

/** Another path goes on where a series is: it moves a step further, behind a node. */
function pushDown<S extends Located>(branch: TrieNode<S>, edge: unknown, series: S): TrieNode<S> {
  const node = new TrieNode<S>();
  const { key, value, child } = series.tail;
  node.key = key;
  node.child = series;
  if (key !== undefined) {
    node.value = value;
    series.tail = child as Tail;
  }
  lead(branch, edge, node);
  return node;
}

function addBranch<S extends Located>(trie: SeriesTrie<S>, place: TrieNode<S>, key: string): TrieNode<S> {
  if (place.key === undefined) {
    if (place.child !== undefined) {
      extrasOf(place).series = place.child as S;
      place.child = undefined;
    }
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
    const crowd = trie.crowds.get(place) ?? new Map<string, TrieNode<S>>();
    trie.crowds.set(place, crowd.set(key, added));
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

function setEnd<S>(node: TrieNode<S>, series: S): void {
  if (node.key === undefined) node.child = series;
  else extrasOf(node).series = series;
}
