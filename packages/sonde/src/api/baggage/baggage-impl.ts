/** The implementation of Baggage: a Map that is copied by each change. */
import { diag } from '../diag/diag.ts';
import type { Baggage, BaggageEntry, BaggageEntryMetadata } from './baggage.ts';

class BaggageImpl implements Baggage {
  private readonly entries: ReadonlyMap<string, BaggageEntry>;

  constructor(entries: ReadonlyMap<string, BaggageEntry>) {
    this.entries = entries;
  }

  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.entries.get(key);
    return entry === undefined ? undefined : { ...entry };
  }

  getAllEntries(): [string, BaggageEntry][] {
    return Array.from(this.entries, ([key, entry]) => [key, { ...entry }]);
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    const checked = checkedEntry(key, entry);
    return checked === undefined ? this : new BaggageImpl(new Map(this.entries).set(key, checked));
  }

  removeEntry(key: string): Baggage {
    return this.removeEntries(key);
  }

  removeEntries(...keys: string[]): Baggage {
    if (!keys.some((key) => this.entries.has(key))) return this;
    const entries = new Map(this.entries);
    for (const key of keys) entries.delete(key);
    return new BaggageImpl(entries);
  }

  clear(): Baggage {
    return EMPTY;
  }
}

const EMPTY: Baggage = new BaggageImpl(new Map());

/** A copy of the entry that nobody else can change; undefined, and said, when it is none. */
function checkedEntry(key: unknown, entry: BaggageEntry): BaggageEntry | undefined {
  try {
    const { value, metadata } = entry;
    if (typeof key === 'string' && key !== '' && typeof value === 'string') {
      return metadata === undefined || metadata === null ? { value } : { value, metadata };
    }
    diag.warn(
      `Baggage takes names that are not empty and values that are strings; left out: a ${typeof value} under ${JSON.stringify(key)}`,
    );
  } catch {
    diag.warn('A baggage entry that could not be read is left out');
  }
  return undefined;
}

/** A Baggage of the given entries; those that are not valid are left out and said. */
export function createBaggage(entries?: Record<string, BaggageEntry>): Baggage {
  const checked = new Map<string, BaggageEntry>();
  if (typeof entries !== 'object' || entries === null) return EMPTY;
  try {
    for (const [key, entry] of Object.entries(entries)) {
      const kept = checkedEntry(key, entry);
      if (kept !== undefined) checked.set(key, kept);
    }
  } catch {
    diag.warn('Baggage entries that could not be read are left out');
  }
  return checked.size === 0 ? EMPTY : new BaggageImpl(checked);
}

const METADATA_TYPE = Symbol('BaggageEntryMetadata');

/** Metadata of a baggage entry from its text, which is passed on as it is. */
export function baggageEntryMetadataFromString(text: string): BaggageEntryMetadata {
  if (typeof text !== 'string') diag.warn(`Baggage metadata is a string; taken as empty: a ${typeof text}`);
  const kept = typeof text === 'string' ? text : '';
  return { __TYPE__: METADATA_TYPE, toString: () => kept };
}
