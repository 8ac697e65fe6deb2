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
import {
  close,
  open,
  reserve,
  take,
  varintSize,
  writeAscii,
  writeBigInt64,
  writeByte,
  writeBytes,
  writeDouble,
  writeInt64,
  writeRaw,
  writeString,
  writeVarint,
} from '../wire/protobuf-writer.ts';

/** Keys whose bytes are kept: attribute keys are few and come again, values are many and do not. */
const MAX_CACHED_KEYS = 2000;

/** Longer keys are not kept, so that the cache stays within 200 KB. */
const MAX_CACHED_KEY_LENGTH = 64;

/** Under this the key leaves room for the shortest lengths of everything around it. */
const SHORT_KEY_BYTES = 80;

const keyFields = /* @__PURE__ */ new Map<string, Uint8Array>();

/** The key field of a KeyValue: tag, length and bytes. */
function keyField(key: string): Uint8Array {
  return keyFields.get(key) ?? encodeKeyField(key);
}

function encodeKeyField(key: string): Uint8Array {
  const bytes = new TextEncoder().encode(key);
  const lengthSize = varintSize(bytes.length);
  const field = new Uint8Array(1 + lengthSize + bytes.length);
  field[0] = 0x0a;
  let rest = bytes.length;
  for (let index = 1; index <= lengthSize; index++) {
    field[index] = index < lengthSize ? (rest & 0x7f) | 0x80 : rest;
    rest >>>= 7;
  }
  field.set(bytes, 1 + lengthSize);
  if (key.length <= MAX_CACHED_KEY_LENGTH && keyFields.size < MAX_CACHED_KEYS) keyFields.set(key, field);
  return field;
}

/** One KeyValue behind `tag`, the one-byte tag of the repeated field it belongs to. */
export function writeKeyValue(position: number, tag: number, key: string, value: unknown): number {
  const field = keyField(key);
  if (field.length <= SHORT_KEY_BYTES) {
    reserve(position, SHORT_KEY_BYTES);
    if (typeof value === 'string') {
      if (value.length < shortStringLength) {
        const end = writeShortString(position, tag, field, value);
        if (end >= 0) return end;
      }
    } else if (typeof value === 'number') {
      return writeNumber(position, tag, field, value);
    } else if (typeof value === 'boolean') {
      const p = writeHead(position, tag, field, 2);
      return writeByte(writeByte(p, 0x10), value ? 1 : 0);
    }
  }
  return writeGeneral(position, tag, field, value);
}

/** Tag, length, key and the head of the value field, for a value of `size` < 32 bytes. */
function writeHead(position: number, tag: number, field: Uint8Array, size: number): number {
  let p = writeByte(writeByte(position, tag), field.length + 2 + size);
  p = writeRaw(p, field);
  return writeByte(writeByte(p, 0x12), size);
}

/** -1 when the string is not ASCII after all; nothing that stands there then matters. */
function writeShortString(position: number, tag: number, field: Uint8Array, value: string): number {
  const p = writeHead(position, tag, field, value.length + 2);
  return writeAscii(writeByte(writeByte(p, 0x0a), value.length), value);
}

function writeNumber(position: number, tag: number, field: Uint8Array, value: number): number {
  if (isInteger(value)) {
    // A 31-bit count, status or port: everything else takes up to ten bytes.
    const size = value >= 0 && value < 0x8000_0000 ? varintSize(value) : 0;
    if (size > 0) return writeVarint(writeByte(writeHead(position, tag, field, size + 1), 0x18), value);
    return writeGeneral(position, tag, field, value);
  }
  return writeDouble(writeByte(writeHead(position, tag, field, 9), 0x21), value);
}

/** Which numbers are sent as int64: safe integers. Larger ones are doubles: their last digits are not real. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function writeGeneral(position: number, tag: number, field: Uint8Array, value: unknown): number {
  reserve(position, field.length);
  const start = writeByte(position, tag);
  const p = writeRaw(open(start), field);
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

/** Every own key of a plain object as a KeyValue behind `tag`. */
export function writeEntries(position: number, tag: number, object: object): number {
  let p = position;
  const values = object as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(values)) p = writeKeyValue(p, tag, key, values[key]);
  return p;
}

/** The bytes of a message that is written once and kept: a resource, a scope. */
export function encodeOnce(write: (position: number) => number): Uint8Array {
  reserve(0, 0);
  return take(0, write(0));
}
