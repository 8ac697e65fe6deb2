/**
 * Reading and writing carriers: the default getter and setter, and how a propagator reads through any getter, also one
 * that was written before `getAll` existed.
 */
import type { TextMapGetter, TextMapSetter } from './text-map.ts';

/** What `Headers` and `Map` have in common. */
interface Lookup {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  keys(): Iterable<unknown>;
}

function isLookup(carrier: unknown): carrier is Lookup {
  const candidate = carrier as Partial<Lookup>;
  return (
    typeof candidate.get === 'function' &&
    typeof candidate.set === 'function' &&
    typeof candidate.keys === 'function'
  );
}

/** The value under `key`, whatever the casing of the name in the carrier. */
function find(carrier: unknown, key: string): unknown {
  if (typeof carrier !== 'object' || carrier === null) return undefined;
  if (isLookup(carrier))
    return carrier.get(key) ?? findOther(carrier.keys(), key, (name) => carrier.get(name));
  const fields = carrier as Record<string, unknown>;
  if (Object.hasOwn(fields, key)) return fields[key];
  return findOther(Object.keys(fields), key, (name) => fields[name]);
}

function findOther(names: Iterable<unknown>, key: string, read: (name: string) => unknown): unknown {
  const wanted = key.toLowerCase();
  for (const name of names) {
    if (typeof name !== 'string' || name.length !== key.length) continue;
    if (name.toLowerCase() === wanted) return read(name);
  }
  return undefined;
}

/** All texts of a field: an array's elements, or the one. Whatever is neither text nor number is left out. */
function texts(value: unknown): string[] {
  const found: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    if (typeof one === 'string') found.push(one);
    else if (typeof one === 'number') found.push(String(one));
  }
  return found;
}

function firstText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : texts(value)[0];
}

/** The default getter, with the method that getters of the official API lack. */
export interface DefaultTextMapGetter extends TextMapGetter {
  // biome-ignore lint/suspicious/noExplicitAny: a carrier is whatever the transport has
  get(carrier: any, key: string): string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  getAll(carrier: any, key: string): string[];
}

/**
 * Reads plain objects (such as Node's `headers`), `Headers` and `Map`. Names are compared without regard to case. Of a
 * field with several values `get` gives the first, `getAll` gives all.
 */
export const defaultTextMapGetter: DefaultTextMapGetter = {
  keys(carrier) {
    try {
      if (typeof carrier !== 'object' || carrier === null) return [];
      return isLookup(carrier) ? texts(Array.from(carrier.keys())) : Object.keys(carrier);
    } catch {
      return [];
    }
  },
  get(carrier, key) {
    try {
      return firstText(find(carrier, key));
    } catch {
      return undefined;
    }
  },
  getAll(carrier, key) {
    try {
      return texts(find(carrier, key));
    } catch {
      return [];
    }
  },
};

/** Writes to plain objects, `Headers` and `Map`. The casing of the name is kept. */
export const defaultTextMapSetter: TextMapSetter = {
  set(carrier, key, value) {
    try {
      if (typeof carrier !== 'object' || carrier === null) return;
      if (isLookup(carrier)) carrier.set(key, value);
      else write(carrier, key, value);
    } catch {
      // A frozen carrier, or one that refuses the name: what cannot be written is not propagated.
    }
  },
};

/** Never through the setter of `__proto__`: there it becomes a field like any other. */
function write(carrier: Record<string, unknown>, key: string, value: string): void {
  if (key === '__proto__') {
    Object.defineProperty(carrier, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    carrier[key] = value;
  }
}

/** The first value of a field through any getter, or undefined. Never throws. */
export function getFirst<Carrier>(
  getter: TextMapGetter<Carrier>,
  carrier: Carrier,
  key: string,
): string | undefined {
  try {
    return firstText(getter.get(carrier, key));
  } catch {
    return undefined;
  }
}

/** All values of a field through any getter, in the order of the carrier. Never throws. */
export function getAll<Carrier>(getter: TextMapGetter<Carrier>, carrier: Carrier, key: string): string[] {
  try {
    return texts(
      typeof getter.getAll === 'function' ? getter.getAll(carrier, key) : getter.get(carrier, key),
    );
  } catch {
    return [];
  }
}
