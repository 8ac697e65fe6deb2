/** Propagators that carry a Context as text, e.g. in HTTP headers, and how they read and write a carrier. */
import type { Context } from '../context/context.ts';

/**
 * Carries what concerns it out of a Context into a carrier and back.
 * @see https://opentelemetry.io/docs/specs/otel/context/api-propagators/#textmap-propagator
 */
// biome-ignore lint/suspicious/noExplicitAny: a carrier is whatever the transport has; the default is the official one
export interface TextMapPropagator<Carrier = any> {
  /** Writes the values found in `context` to `carrier` by means of `setter`. */
  inject(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void;
  /**
   * Reads `carrier` by means of `getter` and returns a Context derived from `context`, or `context` itself when there
   * was nothing valid to read. Never throws on what it reads.
   */
  extract(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context;
  /** The names of all fields that `inject` may write. */
  fields(): string[];
}

/** Writes one field to a carrier. Stateless; one object serves all carriers. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface TextMapSetter<Carrier = any> {
  /** Sets the field named `key`, replacing earlier values; the casing of the name is kept. */
  set(carrier: Carrier, key: string, value: string): void;
}

/** Reads fields of a carrier. Stateless; one object serves all carriers. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface TextMapGetter<Carrier = any> {
  /** The names of all fields of the carrier. */
  keys(carrier: Carrier): string[];
  /**
   * The first value of the field named `key`, or undefined. For HTTP names are compared without regard to case.
   * Getters written for the official API may answer with an array; read through {@link getFirst} and {@link getAll}.
   */
  get(carrier: Carrier, key: string): undefined | string | string[];
  /** All values of the field in the order of the carrier; empty when it is absent. Getters may lack it. */
  getAll?(carrier: Carrier, key: string): string[];
}
