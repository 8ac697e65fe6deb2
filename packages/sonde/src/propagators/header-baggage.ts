/**
 * Baggage and its W3C header, each made from the other. A header that can be passed on as it is stays as it is, and is
 * split only when somebody asks for an entry.
 */
import type { Baggage, BaggageEntry } from '../api/baggage/baggage.ts';
import { createBaggage } from '../api/baggage/baggage-impl.ts';
import { report } from '../sdk/common/diagnostics.ts';
import {
  type BaggageEntries,
  isCleanBaggage,
  MAX_HEADER_BYTES,
  MAX_MEMBER_BYTES,
  MAX_MEMBERS,
  parseBaggage,
  splitCleanBaggage,
  writeBaggage,
} from './baggage-header.ts';

/** Undefined when there is no valid member. */
export function baggageOf(header: string): Baggage | undefined {
  if (isCleanBaggage(header)) return new HeaderBaggage(header, undefined);
  const { entries, dropped } = parseBaggage(header);
  if (dropped > 0) reportDropped('extract', dropped);
  return entries.size === 0 ? undefined : new HeaderBaggage(undefined, entries);
}

/** The headers of baggage that was made in this process. Baggage is immutable, and sent with each of many requests. */
const headers = new WeakMap<Baggage, string>();

/** Empty when there is nothing that can be sent. */
export function headerOf(baggage: Baggage): string {
  if (baggage instanceof HeaderBaggage) return baggage.header;
  let header = headers.get(baggage);
  if (header === undefined) {
    header = toHeader(baggage.getAllEntries());
    headers.set(baggage, header);
  }
  return header;
}

function toHeader(entries: ReadonlyArray<[string, BaggageEntry]>): string {
  const { header, dropped } = writeBaggage(entries);
  if (dropped > 0) reportDropped('inject', dropped);
  return header;
}

function reportDropped(direction: 'inject' | 'extract', count: number): void {
  report(
    'warn',
    'baggage_over_limit',
    `${count} baggage entries were left out on ${direction}: the limits are ${MAX_MEMBERS} entries, ` +
      `${MAX_MEMBER_BYTES} bytes an entry and ${MAX_HEADER_BYTES} bytes in all`,
  );
}

/** Baggage from a header: of its two forms, the one that is missing is made when it is asked for. */
class HeaderBaggage implements Baggage {
  #header: string | undefined;
  #entries: BaggageEntries | undefined;

  constructor(header: string | undefined, entries: BaggageEntries | undefined) {
    this.#header = header;
    this.#entries = entries;
  }

  get header(): string {
    this.#header ??= toHeader([...this.entries]);
    return this.#header;
  }

  get entries(): BaggageEntries {
    this.#entries ??= splitCleanBaggage(this.#header ?? '');
    return this.#entries;
  }

  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.entries.get(key);
    return entry === undefined ? undefined : { ...entry };
  }

  getAllEntries(): [string, BaggageEntry][] {
    return Array.from(this.entries, ([key, entry]) => [key, { ...entry }]);
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    return this.#changeable().setEntry(key, entry);
  }

  removeEntry(key: string): Baggage {
    return this.#changeable().removeEntry(key);
  }

  removeEntries(...keys: string[]): Baggage {
    return this.#changeable().removeEntries(...keys);
  }

  clear(): Baggage {
    return createBaggage();
  }

  /** The API's own implementation with the same entries. */
  #changeable(): Baggage {
    const record: Record<string, BaggageEntry> = Object.create(null);
    for (const [key, entry] of this.entries) record[key] = entry;
    return createBaggage(record);
  }
}
