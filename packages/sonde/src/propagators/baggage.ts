/**
 * W3C Baggage: the `baggage` field (baggage/api.md, "Propagation"). A header that can be passed on as it is stays as it
 * is, and is split only when somebody asks for an entry.
 */
import type { Baggage, BaggageEntry } from '../api/baggage/baggage.ts';
import { createBaggage } from '../api/baggage/baggage-impl.ts';
import { getBaggage, setBaggage } from '../api/baggage/baggage-in-context.ts';
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
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
import { readList, reportPropagationFailure } from './carrier.ts';

/** The name of the field. */
export const BAGGAGE_HEADER = 'baggage';

/**
 * Carries the baggage in the field `baggage`, within 180 members, 4096 bytes a member and 8192 bytes in all; what is
 * over is left out and reported.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const baggage = getBaggage(context);
      if (baggage === undefined || isTracingSuppressed(context)) return;
      const header = baggage instanceof HeaderBaggage ? baggage.header : headerOf(baggage);
      if (header !== '') setter.set(carrier, BAGGAGE_HEADER, header);
    } catch (error) {
      reportPropagationFailure('inject the baggage', error);
    }
  }

  /** The context as it is when there is no valid member. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = readList(getter, carrier, BAGGAGE_HEADER);
      if (header === undefined || header === '') return context;
      if (isCleanBaggage(header)) return setBaggage(context, new HeaderBaggage(header, undefined));
      const { entries, dropped } = parseBaggage(header);
      if (dropped > 0) reportDropped('extract', dropped);
      return entries.size === 0 ? context : setBaggage(context, new HeaderBaggage(undefined, entries));
    } catch (error) {
      reportPropagationFailure('extract the baggage', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE_HEADER];
  }
}

/** The headers of baggage that was made in this process. Baggage is immutable, and sent with each of many requests. */
const headers = new WeakMap<Baggage, string>();

function headerOf(baggage: Baggage): string {
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
