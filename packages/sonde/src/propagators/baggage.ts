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
      const header = baggage instanceof HeaderBaggage ? baggage.header : toHeader(baggage);
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
      if (isCleanBaggage(header)) return setBaggage(context, new HeaderBaggage(header));
      const { entries, dropped } = parseBaggage(header);
      if (dropped > 0) reportDropped('extract', dropped);
      return entries.size === 0 ? context : setBaggage(context, fromEntries(entries));
    } catch (error) {
      reportPropagationFailure('extract the baggage', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE_HEADER];
  }
}

function toHeader(baggage: Baggage): string {
  const { header, dropped } = writeBaggage(baggage.getAllEntries());
  if (dropped > 0) reportDropped('inject', dropped);
  return header;
}

function fromEntries(entries: BaggageEntries): Baggage {
  const record: Record<string, BaggageEntry> = Object.create(null);
  for (const [key, entry] of entries) record[key] = entry;
  return createBaggage(record);
}

function reportDropped(direction: 'inject' | 'extract', count: number): void {
  report(
    'warn',
    'baggage_over_limit',
    `${count} baggage entries were left out on ${direction}: the limits are ${MAX_MEMBERS} entries, ` +
      `${MAX_MEMBER_BYTES} bytes an entry and ${MAX_HEADER_BYTES} bytes in all`,
  );
}

/** Baggage that is its header until somebody asks. */
class HeaderBaggage implements Baggage {
  readonly header: string;
  #split: Baggage | undefined = undefined;

  constructor(header: string) {
    this.header = header;
  }

  getEntry(key: string): BaggageEntry | undefined {
    return this.#entries().getEntry(key);
  }

  getAllEntries(): [string, BaggageEntry][] {
    return this.#entries().getAllEntries();
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    return this.#entries().setEntry(key, entry);
  }

  removeEntry(key: string): Baggage {
    return this.#entries().removeEntry(key);
  }

  removeEntries(...keys: string[]): Baggage {
    return this.#entries().removeEntries(...keys);
  }

  clear(): Baggage {
    return this.#entries().clear();
  }

  #entries(): Baggage {
    this.#split ??= fromEntries(parseBaggage(this.header).entries);
    return this.#split;
  }
}
