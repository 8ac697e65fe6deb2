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
