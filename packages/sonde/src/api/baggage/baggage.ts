/** Baggage: names and values of the application's own that travel with the Context. */

/** An opaque text that came with an entry, or goes with it. */
export type BaggageEntryMetadata = {
  toString(): string;
} & {
  // Each copy of the official API brands this with a symbol that it does not export. Only `any` is assignable to and
  // from all of them.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  __TYPE__: any;
};

/** The value of one name. */
export interface BaggageEntry {
  /** Any text. */
  value: string;
  metadata?: BaggageEntryMetadata;
}

/**
 * A set of names, each with one value. Names are case-sensitive and not empty; the last write of a name wins.
 * Immutable: every change returns a new Baggage. Works without an SDK. Everybody along the way can read it: it is no
 * place for secrets or personal data.
 * @see https://opentelemetry.io/docs/specs/otel/baggage/api/
 */
export interface Baggage {
  /** The entry under `key`, or undefined. */
  getEntry(key: string): BaggageEntry | undefined;
  /** All entries in the order in which they were set. */
  getAllEntries(): [string, BaggageEntry][];
  /** A Baggage with `entry` under `key`. An empty name or a value that is not a string changes nothing and is said. */
  setEntry(key: string, entry: BaggageEntry): Baggage;
  /** A Baggage without `key`. */
  removeEntry(key: string): Baggage;
  /** A Baggage without any of the keys. */
  removeEntries(...key: string[]): Baggage;
  /** The empty Baggage. */
  clear(): Baggage;
}
