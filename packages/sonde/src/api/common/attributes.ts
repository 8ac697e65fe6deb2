/**
 * Attributes: the names and values that describe spans, metric points, log records, scopes and resources.
 * What a value may be is said here once for all signals.
 */

/**
 * Any value that OpenTelemetry can carry: strings, numbers, booleans, byte arrays, and arrays or maps of these.
 * It is as wide as the official type, so that values travel between both; the setters of {@link Span} narrow it.
 */
export type AnyValue = unknown;

/** The value of an attribute. Numbers that are integers become 64-bit integers, all others doubles. */
export type AttributeValue = AnyValue;

/** A set of attributes: unique, non-empty names and their values. */
export interface Attributes {
  [attributeKey: string]: AnyValue;
}
