/**
 * The mark by which the API knows a meter or logger of Sonde's own SDK, from this copy or another. Such an object has
 * the whole interface, with the methods that the official API lacks, and never throws; all others are wrapped.
 */

export const NATIVE: unique symbol = Symbol.for('sonde.native.1') as never;

/** What Sonde's own meters and loggers carry. */
export interface Native {
  readonly [NATIVE]: true;
}

export function isNative(candidate: object): boolean {
  return (candidate as Partial<Native>)[NATIVE] === true;
}

/**
 * Marks an object of ours. An object at a time and not a prototype: a statement beside a class is one that bundlers have
 * to keep, with the class and all it needs, in programs that never use it.
 */
export function markNative(object: object): void {
  Object.defineProperty(object, NATIVE, { value: true });
}
