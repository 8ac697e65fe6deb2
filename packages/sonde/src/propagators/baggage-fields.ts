/** Baggage as the older formats carry it: a field per entry, its name made of a prefix and the entry's name. */
import type { BaggageEntry } from '../api/baggage/baggage.ts';
import { createBaggage } from '../api/baggage/baggage-impl.ts';
import { getBaggage, setBaggage } from '../api/baggage/baggage-in-context.ts';
import type { Context } from '../api/context/context.ts';
import type { TextMapGetter, TextMapSetter } from '../api/propagation/text-map.ts';
import { report } from '../sdk/common/diagnostics.ts';
import { MAX_HEADER_BYTES, MAX_MEMBERS } from './baggage-header.ts';
import { readField } from './carrier.ts';

/** Names that can be part of a field's name (RFC 9110, "token"); of others the field would not arrive. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Writes the entries whose names and values can be sent, within the limits that W3C Baggage has. */
export function injectPrefixedBaggage(
  context: Context,
  carrier: unknown,
  setter: TextMapSetter,
  prefix: string,
  write: (entry: BaggageEntry) => string | undefined,
): void {
  const baggage = getBaggage(context);
  if (baggage === undefined) return;
  const budget = new Budget();
  for (const [key, entry] of baggage.getAllEntries()) {
    const value = TOKEN.test(key) ? write(entry) : undefined;
    if (value === undefined) budget.dropped++;
    else if (budget.takes(key.length + value.length)) setter.set(carrier, prefix + key, value);
  }
  budget.report('inject');
}

/** The context with the entries of all fields whose names begin with the prefix, in whatever case. */
export function extractPrefixedBaggage(
  context: Context,
  carrier: unknown,
  getter: TextMapGetter,
  prefix: string,
  read: (text: string) => string,
): Context {
  let baggage = getBaggage(context);
  let found = false;
  const budget = new Budget();
  for (const name of getter.keys(carrier)) {
    if (typeof name !== 'string' || name.length <= prefix.length) continue;
    if (name.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) continue;
    const field = readField(getter, carrier, name);
    const text = typeof field === 'string' ? field : field?.[0];
    if (text === undefined || !budget.takes(name.length - prefix.length + text.length)) continue;
    baggage = (baggage ?? createBaggage()).setEntry(name.slice(prefix.length), { value: read(text) });
    found = true;
  }
  budget.report('extract');
  return found && baggage !== undefined ? setBaggage(context, baggage) : context;
}

class Budget {
  members = 0;
  bytes = 0;
  dropped = 0;

  takes(bytes: number): boolean {
    if (this.members === MAX_MEMBERS || this.bytes + bytes > MAX_HEADER_BYTES) {
      this.dropped++;
      return false;
    }
    this.members++;
    this.bytes += bytes;
    return true;
  }

  report(direction: 'inject' | 'extract'): void {
    if (this.dropped === 0) return;
    report(
      'warn',
      'baggage_over_limit',
      `${this.dropped} baggage entries were left out on ${direction}: they cannot be sent as fields, or are over the ` +
        `limits of ${MAX_MEMBERS} entries and ${MAX_HEADER_BYTES} bytes`,
    );
  }
}
