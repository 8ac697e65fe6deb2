/**
 * What may be the value of an attribute, and the copy that a record keeps of it.
 * A value comes from user code and is hostile until copied: getters that throw, cycles, proxies, graphs that unfold
 * without end. The copy is made once, when the attribute is set; afterwards nothing can change it or throw.
 */

/** A value that cannot be an attribute: a function, a symbol, or something that threw while it was read. */
export const INVALID_VALUE: unique symbol = Symbol('invalid attribute value');

/** Limits that apply to one value (common/README.md#attribute-limits). */
export interface AttributeValueLimits {
  /** Characters of a string, bytes of a byte array; Infinity is no limit. */
  readonly attributeValueLengthLimit: number;
  /** Arrays and maps nested deeper than this become an empty value. */
  readonly attributeValueDepthLimit: number;
}

/** How many elements one value may unfold to, so that a small graph of shared objects cannot fill the memory. */
const MAX_NODES = 100_000;

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

/**
 * The value as a record keeps it: primitives as they are, everything else a private deep copy within the limits.
 * `undefined` stays undefined (the caller ignores the attribute); INVALID_VALUE says that it was refused.
 */
export function copyAttributeValue(value: unknown, limits: AttributeValueLimits): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > limits.attributeValueLengthLimit
        ? truncate(value, limits.attributeValueLengthLimit)
        : value;
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
      return isInt64(value) ? value : copyAttributeValue(value.toString(), limits);
    case 'object':
      return value === null ? null : copyObject(value, limits);
    default:
      return INVALID_VALUE;
  }
}

/** Cuts to `limit` characters, each code point counting as one, so that no surrogate pair is split. */
export function truncate(text: string, limit: number): string {
  let characters = 0;
  let index = 0;
  while (index < text.length) {
    if (characters === limit) return text.slice(0, index);
    const code = text.codePointAt(index)!;
    index += code > 0xffff ? 2 : 1;
    characters++;
  }
  return text;
}

/** Integers outside int64 become decimal strings (common/attribute-type-mapping.md). */
function isInt64(value: bigint): boolean {
  return value <= MAX_INT64 && value >= MIN_INT64;
}

function copyObject(value: object, limits: AttributeValueLimits): unknown {
  try {
    return new ValueCopier(limits).copy(value, 1);
  } catch {
    return INVALID_VALUE;
  }
}

/** One walk over one value: knows the way down (to cut cycles) and how much has been copied. */
class ValueCopier {
  readonly #limits: AttributeValueLimits;
  readonly #ancestors: object[] = [];
  #nodes = 0;

  constructor(limits: AttributeValueLimits) {
    this.#limits = limits;
  }

  /** An element that cannot be copied becomes an empty value: nulls inside arrays keep their place. */
  copy(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) {
      const copied = copyAttributeValue(value, this.#limits);
      return copied === INVALID_VALUE || copied === undefined ? null : copied;
    }
    if (++this.#nodes > MAX_NODES) return null;
    if (value instanceof Uint8Array) return value.slice(0, this.#limits.attributeValueLengthLimit);
    if (value instanceof Date)
      return Number.isNaN(value.getTime()) ? null : this.copy(value.toISOString(), depth);
    if (depth > this.#limits.attributeValueDepthLimit || this.#ancestors.includes(value)) return null;
    this.#ancestors.push(value);
    const copied = this.#copyNested(value, depth);
    this.#ancestors.pop();
    return copied;
  }

  #copyNested(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#copyArray(value, depth);
    if (ArrayBuffer.isView(value)) return this.#copyArray(Array.from(value as Int32Array), depth);
    if (value instanceof Map) return this.#copyEntries(value.entries(), depth);
    if (value instanceof Set) return this.#copyArray([...value], depth);
    if (value instanceof Error) return this.copy(`${value.name}: ${value.message}`, depth);
    return this.#copyEntries(Object.entries(value), depth);
  }

  #copyArray(values: readonly unknown[], depth: number): unknown[] {
    const copied: unknown[] = [];
    for (let index = 0; index < values.length && this.#nodes <= MAX_NODES; index++) {
      this.#nodes++;
      copied.push(this.copy(values[index], depth + 1));
    }
    return copied;
  }

  #copyEntries(entries: Iterable<[unknown, unknown]>, depth: number): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const [key, value] of entries) {
      if (value === undefined || ++this.#nodes > MAX_NODES) continue;
      setOwn(copied, String(key), this.copy(value, depth + 1));
    }
    return copied;
  }
}

/** Plain assignment, except for `__proto__`, which would change the object's prototype instead of making a key. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
