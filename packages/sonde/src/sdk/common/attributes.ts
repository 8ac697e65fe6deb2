/**
 * The attributes of one record: flat and compact until somebody asks for the object, the object from then on.
 *
 *   compact:  entries [k0, v0, k1, v1, …, empty …]   size = used slots   index: Map key -> slot, beyond 16 keys
 *             shared, before the entries: a template that other records use too; copied into the entries when one of
 *             its keys is written
 *   public:   object { k0: v0, … }                   entries are given up; the object is the truth
 *
 * A processor that deletes or rewrites `span.attributes.x` therefore sees what it expects, and who never looks pays for
 * no object. Filling an object and encoding from it costs some 15 % more than the flat form (measured).
 */
import type { AttributeTemplate } from '../../api/common/attribute-template.ts';
import type { Attributes } from '../../api/common/attributes.ts';
import { type AttributeValueLimits, copyAttributeValue, INVALID_VALUE, setOwn } from './attribute-value.ts';
import { report } from './diagnostics.ts';

/** Limits of one attribute collection (common/README.md#attribute-limits). */
export interface AttributeLimits extends AttributeValueLimits {
  /** How many attributes are kept; the ones that come after are dropped and counted. */
  readonly attributeCountLimit: number;
}

/** Slots of the first allocation: ten attributes. With twelve a span of ten takes 721 bytes, over the 700 it may have. */
const INITIAL_SLOTS = 20;

/** The same for a list that has a template: what is left are a path, a status and a few of the application's. */
const INITIAL_SLOTS_BESIDE_TEMPLATE = 8;

/** Keys up to which a linear search beats a Map lookup (performance-limits: Map.get costs 8-18 ns). */
const LINEAR_KEYS = 16;

export class AttributeList {
  /** Keys at even, values at odd places; undefined until the first attribute and after the switch to `object`. */
  entries: unknown[] | undefined = undefined;
  /** Used slots of `entries`. */
  size = 0;
  /** Attributes refused because of the count limit. */
  dropped = 0;
  index: Map<string, number> | undefined = undefined;
  object: Attributes | undefined = undefined;
  /** Attributes that come before `entries` and have none of their keys. Undefined after the switch to `object`. */
  shared: AttributeTemplate | undefined = undefined;

  /** Adds or overwrites one attribute. Never throws, whatever the value is. */
  set(key: string, value: unknown, limits: AttributeLimits): void {
    const type = typeof value;
    const kept =
      type === 'number' ||
      type === 'boolean' ||
      (type === 'string' && limits.attributeValueLengthLimit === Infinity)
        ? value
        : copyAttributeValue(value, limits);
    if (kept === undefined) return;
    if (kept === INVALID_VALUE || typeof key !== 'string' || key.length === 0) {
      reportInvalid(key, value);
      return;
    }
    if (this.object !== undefined) setOnObject(this, this.object, key, kept, limits);
    else setFlat(this, key, kept, limits);
  }

  /** Adds every own attribute of an object that a caller gave. */
  setAll(attributes: Attributes | undefined | null, limits: AttributeLimits): void {
    if (typeof attributes !== 'object' || attributes === null) return;
    try {
      for (const key in attributes) {
        // In this form the check costs nothing: V8 knows own keys from the object's shape. A call costs 7 ns for each key.
        // biome-ignore lint/suspicious/noPrototypeBuiltins: Object.hasOwn is a call
        if (Object.prototype.hasOwnProperty.call(attributes, key)) this.set(key, attributes[key], limits);
      }
    } catch (error) {
      report('warn', 'attributes_unreadable', 'Attributes were left out: reading them threw', error);
    }
  }

  /** Adds the attributes of a template: by reference into an empty list whose limits all of them respect. */
  share(template: AttributeTemplate, limits: AttributeLimits): void {
    const { entries, longestValue } = template;
    const fits =
      longestValue <= limits.attributeValueLengthLimit && entries.length <= limits.attributeCountLimit * 2;
    if (fits && this.size === 0 && this.shared === undefined && this.object === undefined) {
      this.shared = template;
      return;
    }
    for (let slot = 0; slot < entries.length; slot += 2) {
      this.set(entries[slot] as string, entries[slot + 1], limits);
    }
  }

  has(key: string): boolean {
    if (this.object !== undefined) return Object.hasOwn(this.object, key);
    if (this.shared?.has(key) === true) return true;
    if (this.index !== undefined) return this.index.has(key);
    return this.entries !== undefined && findSlot(this.entries, this.size, key) >= 0;
  }

  /** The public object. The first read makes it and gives up the compact form. */
  toObject(): Attributes {
    if (this.object !== undefined) return this.object;
    if (this.shared !== undefined) unshare(this, this.shared);
    const object: Attributes = {};
    const entries = this.entries;
    for (let slot = 0; slot < this.size; slot += 2)
      setOwn(object, entries![slot] as string, entries![slot + 1]);
    this.object = object;
    this.entries = undefined;
    this.index = undefined;
    this.size = 0;
    return object;
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

/**
 * Keys in the order in which a list got them, by the length of the first one. Lists of one place in a program get the
 * same keys in the same order, and a key that comes where it stands in such an order differs from all before it: one
 * comparison instead of one with each. At most 16 keys of 16 orders are held.
 */
const orders: readonly string[][] = /* @__PURE__ */ Array.from({ length: 16 }, () => []);

/** Longer keys are not held. */
const LONGEST_ORDERED = 64;

/** The list whose keys so far are the first of `order`; attributes are mostly set on one record after another. */
let follower: AttributeList | undefined;
let order: string[] = [];

/** True where the key is known to be none of the list's. Keeps the follower and its order up to date. */
function isNewByOrder(list: AttributeList, size: number, key: string): boolean {
  if (size === 0) {
    follower = list;
    order = orders[key.length & 15]!;
    if (order[0] !== key) begin(key);
    return true;
  }
  return list === follower && order[size >> 1] === key;
}

function begin(key: string): void {
  order.length = 0;
  if (key.length <= LONGEST_ORDERED) order.push(key);
  else follower = undefined;
}

/** A key that did not come in order and is new: the order grows where it ended, and is left otherwise. */
function leaveOrder(list: AttributeList, size: number, key: string): void {
  if (list !== follower) return;
  const isEnd = order.length === size >> 1 && size < LINEAR_KEYS * 2;
  if (isEnd && key.length <= LONGEST_ORDERED) order.push(key);
  else follower = undefined;
}

function setFlat(list: AttributeList, key: string, value: unknown, limits: AttributeLimits): void {
  if (list.shared?.has(key) === true) unshare(list, list.shared);
  const { shared } = list;
  let entries = list.entries;
  if (entries === undefined) {
    entries = new Array(shared === undefined ? INITIAL_SLOTS : INITIAL_SLOTS_BESIDE_TEMPLATE);
    list.entries = entries;
  }
  const size = list.size;
  if (!isNewByOrder(list, size, key)) {
    const slot = list.index === undefined ? findSlot(entries, size, key) : (list.index.get(key) ?? -1);
    if (slot >= 0) {
      entries[slot + 1] = value;
      return;
    }
    leaveOrder(list, size, key);
  }
  const total = shared === undefined ? size : size + shared.entries.length;
  if (total >= limits.attributeCountLimit * 2) {
    list.dropped++;
    return;
  }
  entries[size] = key;
  entries[size + 1] = value;
  list.size = size + 2;
  if (size >= LINEAR_KEYS * 2) addToIndex(list, entries, key, size);
}

function findSlot(entries: unknown[], size: number, key: string): number {
  for (let slot = 0; slot < size; slot += 2) {
    if (entries[slot] === key) return slot;
  }
  return -1;
}

function addToIndex(list: AttributeList, entries: unknown[], key: string, slot: number): void {
  if (list.index === undefined) {
    list.index = new Map();
    for (let earlier = 0; earlier < slot; earlier += 2) list.index.set(entries[earlier] as string, earlier);
  }
  list.index.set(key, slot);
}

/** Makes the attributes of the template the list's own. */
function unshare(list: AttributeList, { entries: shared }: AttributeTemplate): void {
  if (list === follower) follower = undefined;
  const { entries: own, size } = list;
  const entries = new Array(Math.max(INITIAL_SLOTS, shared.length + size));
  for (let slot = 0; slot < shared.length; slot++) entries[slot] = shared[slot];
  for (let slot = 0; slot < size; slot++) entries[shared.length + slot] = own![slot];
  list.entries = entries;
  list.size = shared.length + size;
  list.shared = undefined;
  list.index = undefined;
  if (list.size > LINEAR_KEYS * 2) addToIndex(list, entries, entries[list.size - 2], list.size - 2);
}

function setOnObject(
  list: AttributeList,
  object: Attributes,
  key: string,
  value: unknown,
  limits: AttributeLimits,
): void {
  if (!Object.hasOwn(object, key) && Object.keys(object).length >= limits.attributeCountLimit) {
    list.dropped++;
    return;
  }
  setOwn(object, key, value);
}

function reportInvalid(key: unknown, value: unknown): void {
  if (typeof key !== 'string' || key.length === 0) {
    report(
      'warn',
      'attribute_key',
      `An attribute was left out: its key must be a non-empty string, got ${describe(key)}`,
    );
  } else {
    report(
      'warn',
      'attribute_value',
      `Attribute "${key}" was left out: ${describe(value)} cannot be a value`,
    );
  }
}

function describe(value: unknown): string {
  return value === '' ? 'an empty string' : `a value of type ${typeof value}`;
}
