/**
 * KeyValue and AnyValue of opentelemetry/proto/common/v1/common.proto in protobuf.
 *
 *   KeyValue { 1 key, 2 value: AnyValue }
 *   AnyValue { 1 string, 2 bool, 3 int64, 4 double, 5 array { 1 values }, 6 kvlist { 1 values }, 7 bytes }, or nothing
 *
 * Nine attributes in ten are a short ASCII string, a small number or a boolean under a known key: those are written in
 * one pass with lengths of one byte, worked out in advance. Everything else goes the general way.
 */

import { shortStringLength } from '#platform';
import type { AttributeTemplate } from '../../api/common/attribute-template.ts';
import type { AttributeList } from '../../sdk/common/attributes.ts';
import {
  buffer,
  close,
  open,
  reserve,
  take,
  varintSize,
  view,
  writeAscii,
  writeBigInt64,
  writeByte,
  writeBytes,
  writeDouble,
  writeInt64,
  writeRaw,
  writeString,
  writeText,
  writeVarint,
} from '../wire/protobuf-writer.ts';

/** Keys whose bytes are kept: attribute keys are few and come again, values are many and do not. */
const MAX_CACHED_KEYS = 2000;

/** Longer keys are not kept, so that the cache stays within 200 KB. */
const MAX_CACHED_KEY_LENGTH = 64;

/** Attributes of one record whose key fields are remembered for the next. */
const MEMO_PLACES = 32;

/** Under this the key leaves room for the shortest lengths of everything around it. */
const SHORT_KEY_BYTES = 80;

/** The key field of a KeyValue (tag, length and bytes), ready to be copied. */
interface KeyField {
  readonly bytes: Uint8Array;
  /** Length of `bytes`, as a field: V8 knows that it is a small integer, which a typed array's length need not be. */
  readonly size: number;
  /**
   * The same bytes, padded with zeroes, as doubles: written eight at a time, the key of an attribute costs 4 ns instead
   * of 16. What is written beyond its end is written over next. No text makes a NaN, whose bits would not be kept: that
   * takes 0x7f or 0xff behind a byte of at least 0xf0, and UTF-8 has neither there.
   */
  readonly words: Float64Array;
}

const keyFields = /* @__PURE__ */ new Map<string, KeyField>();

function keyField(key: string): KeyField {
  return keyFields.get(key) ?? encodeKeyField(key);
}

function encodeKeyField(key: string): KeyField {
  const text = new TextEncoder().encode(key);
  const lengthSize = varintSize(text.length);
  const bytes = new Uint8Array(1 + lengthSize + text.length);
  bytes[0] = 0x0a;
  let rest = text.length;
  for (let index = 1; index <= lengthSize; index++) {
    bytes[index] = index < lengthSize ? (rest & 0x7f) | 0x80 : rest;
    rest >>>= 7;
  }
  bytes.set(text, 1 + lengthSize);
  const field = { bytes, size: bytes.length, words: wordsOf(bytes) };
  if (key.length <= MAX_CACHED_KEY_LENGTH && keyFields.size < MAX_CACHED_KEYS) keyFields.set(key, field);
  return field;
}

function wordsOf(bytes: Uint8Array): Float64Array {
  const padded = new Uint8Array((bytes.length + 7) & ~7);
  padded.set(bytes);
  const source = new DataView(padded.buffer);
  return Float64Array.from({ length: padded.length / 8 }, (_, index) => source.getFloat64(index * 8, true));
}

/** Longest field that is kept to be written again: every length in it takes one byte. */
const MAX_REPEATED_BYTES = 127;

/** Most records that are let pass without a comparison where the values keep changing. */
const MAX_PAUSE = 63;

/**
 * A string field as it was written last. Methods, schemes, addresses, routes and names of spans come again and again;
 * reading a string costs 2 ns a character, writing the same bytes again 0.2. Where values change from record to record
 * they are compared less and less often, since comparing strings that differ late is a call.
 */
export class RepeatedField {
  value: string | undefined = undefined;
  /** The field without its tag, from the second time on that the value comes; padded, as in KeyField. */
  words: Float64Array | undefined = undefined;
  size = 0;
  /** Set when what is written next is to be kept. */
  isDue = false;
  misses = 0;
  pause = 0;
}

/** Writes the field once more when the value is that of the last one; -1 when it has to be written anew. */
export function writeAgain(position: number, field: RepeatedField, value: string): number {
  if (field.pause > 0) {
    field.pause--;
    return -1;
  }
  if (field.value !== value) {
    noteChange(field, value);
    return -1;
  }
  const { words } = field;
  if (words === undefined) {
    field.isDue = field.size === 0;
    return -1;
  }
  field.misses = 0;
  reserve(position, MAX_REPEATED_BYTES);
  const numbers = view;
  const { size } = field;
  const count = (size + 7) >> 3;
  for (let index = 0, at = position; index < count; index++, at += 8)
    numbers.setFloat64(at, words[index]!, true);
  return position + size;
}

function noteChange(field: RepeatedField, value: string): void {
  field.value = value.length <= MAX_REPEATED_BYTES ? value : undefined;
  field.words = undefined;
  field.size = 0;
  field.isDue = false;
  field.misses = Math.min(field.misses * 2 + 1, MAX_PAUSE);
  field.pause = field.misses >> 1;
}

/** Keeps what was written, without its tag, to be written again. */
export function keepField(field: RepeatedField, start: number, end: number): void {
  field.isDue = false;
  field.size = end - start;
  if (field.size > MAX_REPEATED_BYTES) return;
  // What stands behind the end may be a NaN, and of that an engine keeps only that it is one.
  view.setFloat64(end, 0, true);
  // A loop over the buffer as it is: where two values take turns this runs every few records, and Float64Array.from takes 1 us.
  const words = new Float64Array((field.size + 7) >> 3);
  for (let index = 0, at = start; index < words.length; index++, at += 8)
    words[index] = view.getFloat64(at, true);
  field.words = words;
}

/** What stood at one place of the record before. */
class Place {
  key: string | undefined = undefined;
  field: KeyField | undefined = undefined;
  readonly pair: RepeatedField = new RepeatedField();
}

/**
 * The attributes of the record before: records of one place in a program have the same keys in the same order, and
 * comparing two interned strings costs 2 ns where a Map lookup costs 10.
 */
export class KeyMemo {
  readonly places: readonly Place[] = Array.from({ length: MEMO_PLACES }, () => new Place());
}

/** One KeyValue at a place of its record. */
function writePair(
  position: number,
  tag: number,
  memo: KeyMemo,
  index: number,
  key: string,
  value: unknown,
): number {
  if (index >= MEMO_PLACES) return writeKeyValue(position, tag, keyField(key), value);
  const place = memo.places[index]!;
  const { pair } = place;
  if (place.key !== key) {
    place.key = key;
    place.field = keyField(key);
    pair.value = undefined;
    pair.words = undefined;
  }
  if (typeof value !== 'string') return writeKeyValue(position, tag, place.field!, value);
  const again = writeAgain(position + 1, pair, value);
  if (again >= 0) {
    buffer[position] = tag;
    return again;
  }
  const end = writeKeyValue(position, tag, place.field!, value);
  if (pair.isDue) keepField(pair, position + 1, end);
  return end;
}

/**
 * One KeyValue: `tag` is the one-byte tag of the repeated field it belongs to, `field` its key. The usual values are
 * written here in one go; a function for each part made a span of 10 attributes 12 % slower.
 */
function writeKeyValue(position: number, tag: number, field: KeyField, value: unknown): number {
  const { size } = field;
  if (size > SHORT_KEY_BYTES) return writeGeneral(position, tag, field, value);
  reserve(position, SHORT_KEY_BYTES);
  const target = buffer;
  let p = position + 2;
  const { words } = field;
  const numbers = view;
  const count = (size + 7) >> 3;
  for (let index = 0, at = p; index < count; index++, at += 8) numbers.setFloat64(at, words[index]!, true);
  p += size;
  target[position] = tag;
  target[p] = 0x12;
  if (typeof value === 'string') {
    const length = value.length;
    // All lengths of one byte: the pair is under 128 bytes, if it is ASCII, which shows while it is copied.
    if (size + length + 4 > 127) return writeGeneral(position, tag, field, value);
    target[position + 1] = size + length + 4;
    target[p + 1] = length + 2;
    target[p + 2] = 0x0a;
    target[p + 3] = length;
    const end = length < shortStringLength ? writeAscii(p + 4, value) : writeMediumAscii(p + 4, value);
    return end < 0 ? writeGeneral(position, tag, field, value) : end;
  }
  if (typeof value === 'number') {
    // Counts, status codes and ports; every other integer takes up to ten bytes.
    if (value >= 0 && value < 0x8000_0000 && Number.isInteger(value) && !Object.is(value, -0)) {
      const length = varintSize(value);
      target[position + 1] = size + length + 3;
      target[p + 1] = length + 1;
      return writeVarint(writeByte(p + 2, 0x18), value);
    }
    if (isInteger(value)) return writeGeneral(position, tag, field, value);
    target[position + 1] = size + 11;
    target[p + 1] = 9;
    return writeDouble(writeByte(p + 2, 0x21), value);
  }
  if (typeof value === 'boolean') {
    target[position + 1] = size + 4;
    target[p + 1] = 2;
    target[p + 2] = 0x10;
    target[p + 3] = value ? 1 : 0;
    return p + 4;
  }
  return writeGeneral(position, tag, field, value);
}

/** As writeAscii, for strings that a call into C++ copies faster than a loop does. */
function writeMediumAscii(position: number, value: string): number {
  const end = writeText(position, value);
  return end === position + value.length ? end : -1;
}

/** Which numbers are sent as int64: safe integers. Larger ones are doubles: their last digits are not real. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function writeGeneral(position: number, tag: number, field: KeyField, value: unknown): number {
  reserve(position, field.bytes.length);
  const start = writeByte(position, tag);
  const p = writeRaw(open(start), field.bytes);
  const valueStart = writeByte(p, 0x12);
  return close(start, close(valueStart, writeAnyValue(open(valueStart), value)));
}

/** The content of an AnyValue; nothing for null and for what has no place in it. */
export function writeAnyValue(position: number, value: unknown): number {
  reserve(position, 0);
  switch (typeof value) {
    case 'string':
      return writeString(writeByte(position, 0x0a), value);
    case 'boolean':
      return writeByte(writeByte(position, 0x10), value ? 1 : 0);
    case 'number':
      return isInteger(value)
        ? writeInt64(writeByte(position, 0x18), value)
        : writeDouble(writeByte(position, 0x21), value);
    case 'bigint':
      return writeBigInt64(writeByte(position, 0x18), value);
    case 'object':
      return value === null ? position : writeComposite(position, value);
    default:
      return position;
  }
}

function writeComposite(position: number, value: object): number {
  if (value instanceof Uint8Array) return writeBytes(writeByte(position, 0x3a), value);
  const isArray = Array.isArray(value);
  const start = writeByte(position, isArray ? 0x2a : 0x32);
  return close(start, isArray ? writeArray(open(start), value) : writeEntries(open(start), 0x0a, value));
}

function writeArray(position: number, values: readonly unknown[]): number {
  let p = position;
  for (const value of values) {
    const start = writeByte(p, 0x0a);
    reserve(start, 0);
    p = close(start, writeAnyValue(open(start), value));
  }
  return p;
}

/**
 * The attributes of a record behind `tag`: the compact form, or the object when somebody has asked for it.
 * @param first the memo's place of the first attribute
 */
export function writeAttributes(
  position: number,
  tag: number,
  list: AttributeList,
  memo: KeyMemo,
  first = 0,
): number {
  if (list.object !== undefined) return writeEntries(position, tag, list.object);
  const { entries, size, shared } = list;
  let p = shared === undefined ? position : writeTemplate(position, tag, shared);
  for (let slot = 0; slot < size; slot += 2) {
    p = writePair(p, tag, memo, first + (slot >> 1), entries![slot] as string, entries![slot + 1]);
  }
  return p;
}

/** The attributes of a template: encoded once, one copy of 250 bytes (30 ns) from then on instead of nine attributes (400 ns). */
function writeTemplate(position: number, tag: number, template: AttributeTemplate): number {
  const { encoded } = template;
  if (encoded === undefined || template.encodedTag !== tag) return encodeTemplate(position, tag, template);
  reserve(position, encoded.length);
  buffer.set(encoded, position);
  return position + encoded.length;
}

function encodeTemplate(position: number, tag: number, template: AttributeTemplate): number {
  const { entries } = template;
  let p = position;
  for (let slot = 0; slot < entries.length; slot += 2) {
    p = writeKeyValue(p, tag, keyField(entries[slot] as string), entries[slot + 1]);
  }
  // Of a Buffer, slice() would be a view, over which the next message is written.
  template.encoded = new Uint8Array(buffer.subarray(position, p));
  template.encodedTag = tag;
  return p;
}

/** Every own key of a plain object as a KeyValue behind `tag`. */
export function writeEntries(position: number, tag: number, object: object): number {
  let p = position;
  const values = object as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(values)) p = writeKeyValue(p, tag, keyField(key), values[key]);
  return p;
}

/** As writeEntries, for objects that come with the same keys one after another: the points of a metric. */
export function writeEntriesAgain(position: number, tag: number, object: object, memo: KeyMemo): number {
  let p = position;
  const values = object as Readonly<Record<string, unknown>>;
  const keys = Object.keys(values);
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place]!;
    p = writePair(p, tag, memo, place, key, values[key]);
  }
  return p;
}

/** The bytes of a message that is written once and kept: a resource, a scope. */
export function encodeOnce(write: (position: number) => number): Uint8Array {
  reserve(0, 0);
  return take(0, write(0));
}
