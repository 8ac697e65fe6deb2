/**
 * Reading fields of a carrier that nobody vouches for. Getters of three kinds are met: ours with `getAll`, the official
 * ones whose `get` answers a string or an array, and those of applications that answer anything.
 */
import type { TextMapGetter } from '../api/propagation/text-map.ts';
import { report } from '../sdk/common/diagnostics.ts';

/** Characters of one field that are looked at. Node refuses HTTP headers of more than 16 KiB in all. */
export const MAX_FIELD_LENGTH = 65_536;

/**
 * The value of a field: a string when there is one, an array when there are several, undefined when there is none.
 * What is not a string is left out. May throw what the getter throws.
 */
export function readField(
  getter: TextMapGetter,
  carrier: unknown,
  key: string,
): string | string[] | undefined {
  const values: unknown =
    getter.getAll === undefined ? getter.get(carrier, key) : getter.getAll(carrier, key);
  if (typeof values === 'string') return values;
  if (!Array.isArray(values)) return undefined;
  if (values.length === 1) return typeof values[0] === 'string' ? values[0] : undefined;
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length === 0 ? undefined : texts;
}

/** The value of a field whose several occurrences make one list (RFC 9110, section 5.3). */
export function readList(getter: TextMapGetter, carrier: unknown, key: string): string | undefined {
  const field = readField(getter, carrier, key);
  if (field === undefined || typeof field === 'string') return field;
  let list = '';
  for (const value of field) {
    if (list.length > MAX_FIELD_LENGTH) break;
    list = list === '' ? value : `${list},${value}`;
  }
  return list;
}

/** Says that a propagator gave up because its carrier, getter, setter or a foreign object in the context threw. */
export function reportPropagationFailure(what: string, error: unknown): void {
  report('warn', 'propagation_failed', `Cannot ${what}`, error);
}
