/**
 * Attributes: the names and values that describe spans, metric points, log records, scopes and resources.
 * What a value may be is said here once for all signals.
 */

/**
 * Any value that OpenTelemetry can carry: strings, numbers, booleans, byte arrays, and arrays or maps of these.
 * It is as wide as the official type, so that values travel between both; the setters of a span refuse what is known to be wrong.
 * Arrays and maps cost more than plain values: each is copied, with all that is in it, when it is set.
 */
export type AnyValue = unknown;

/** The value of an attribute. Numbers that are integers become 64-bit integers, all others doubles. */
export type AttributeValue = AnyValue;

/** A set of attributes: unique, non-empty names and their values. */
export interface Attributes {
  [attributeKey: string]: AnyValue;
}

/** What nobody can record: the types of the setters refuse it where TypeScript knows the type of a value. */
type Unrecordable = symbol | ((...args: never) => unknown) | (abstract new (...args: never) => unknown);

/** `T` where that can be recorded. `unknown` passes: what is not known to be wrong is left to the SDK. */
export type Recordable<T> = T extends Unrecordable ? never : T;

/** The attributes `T` if all their values can be recorded. */
export type RecordableAttributes<T> = { [K in keyof T]: Recordable<T[K]> };

/** Values that can be recorded without doubt, also where a type parameter stands for them. */
export type PlainValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Uint8Array
  | readonly (string | number | boolean | null | undefined)[];
