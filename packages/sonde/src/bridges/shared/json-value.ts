/**
 * A value as JSON.stringify would write it, without writing it: what a logging library turns into JSON loses what
 * `toJSON` leaves out, functions, symbols and inherited members, and none of that may reach a log record by another way.
 * Better than JSON where nothing can leak by it: int64 and bytes stay what they are.
 */

/** Nested deeper than this is cut: nobody reads it, and a graph without end has to end. */
const MAX_DEPTH = 64;
/** Elements that one value may unfold to. */
const MAX_NODES = 100_000;
/** What libraries write in the place of an object that contains itself. */
const CIRCULAR = '[Circular]';
const UNREADABLE = '[unable to serialize]';

/** The value as JSON would have it; undefined for what JSON leaves out. A getter or `toJSON` that throws gives a text that says so. */
export function jsonValue(value: unknown, key = ''): unknown {
  if (typeof value !== 'object' || value === null) return primitive(value, key);
  try {
    return new Walk().object(value, key);
  } catch {
    return UNREADABLE;
  }
}

function primitive(value: unknown, key: string): unknown {
  switch (typeof value) {
    case 'function': {
      // JSON.stringify asks functions for toJSON too.
      const toJson = (value as unknown as { toJSON?: unknown }).toJSON;
      return typeof toJson === 'function' ? jsonValue(toJson.call(value, key), key) : undefined;
    }
    case 'symbol':
      return undefined;
    default:
      return value;
  }
}

class Walk {
  readonly #ancestors: object[] = [];
  #nodes = 0;

  object(value: object, key: string): unknown {
    if (value instanceof Uint8Array) return value;
    const toJson = (value as { toJSON?: unknown }).toJSON;
    const plain: unknown = typeof toJson === 'function' ? toJson.call(value, key) : value;
    if (typeof plain !== 'object' || plain === null) return primitive(plain, key);
    if (plain instanceof String || plain instanceof Number || plain instanceof Boolean)
      return plain.valueOf();
    if (this.#ancestors.includes(plain)) return CIRCULAR;
    if (this.#ancestors.length >= MAX_DEPTH || ++this.#nodes > MAX_NODES) return null;
    this.#ancestors.push(plain);
    const copied = Array.isArray(plain) ? this.#array(plain) : this.#members(plain);
    this.#ancestors.pop();
    return copied;
  }

  #any(value: unknown, key: string): unknown {
    return typeof value === 'object' && value !== null ? this.object(value, key) : primitive(value, key);
  }

  #array(values: readonly unknown[]): unknown[] {
    const copied: unknown[] = [];
    for (let index = 0; index < values.length && this.#nodes <= MAX_NODES; index++) {
      this.#nodes++;
      copied.push(this.#any(values[index], String(index)) ?? null);
    }
    return copied;
  }

  #members(value: object): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (++this.#nodes > MAX_NODES) break;
      const member = this.#any((value as Record<string, unknown>)[key], key);
      if (member !== undefined) setOwn(copied, key, member);
    }
    return copied;
  }
}

/** Plain assignment, except for `__proto__`, which would change the prototype instead of making a key. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
