/**
 * Writes the protobuf wire format forward into one module-level buffer. It knows no message.
 *
 * Every function takes the position to write at and returns the position after what it wrote: the cursor lives in a
 * local variable of the encoder, which is what makes this fast (a cursor in a field of a writer object costs a load
 * and a store per byte). The buffer is shared by all encoders of the process; encoding is synchronous, so one message
 * is finished before the next begins. `take` copies a finished message out (4.5 ns for 500 bytes).
 *
 * Lengths that are not known in advance are written as padded varints: `open` reserves two bytes, `close` fills them
 * (128..16383 is nearly always right for a span) and moves the content only when it does not fit.
 */
import { allocateBytes, shortStringLength, writeUtf8 } from '#platform';
import type { U64 } from '../../sdk/common/clock.ts';
import { borrowBytes } from './spare-memory.ts';

const TWO_32 = 0x1_0000_0000;

/** First size of the buffer: a batch of 512 spans with 10 attributes and 2 events takes 270 KB. */
const INITIAL_SIZE = 512 * 1024;

/** A burst's large buffer is given back when it is over this size once the message is taken. */
const KEPT_SIZE = 4 * 1024 * 1024;

/** Room that every check leaves for the fixed parts between two checks: tags, lengths, numbers, ids, times. */
const SLACK = 256;

/**
 * The bytes written so far. Encoders read it after `reserve`, never keep it: growing replaces it. The functions of one
 * attribute write to it themselves, because a call per byte or two costs more than the bytes (any-value.ts).
 */
export let buffer: Uint8Array = /* @__PURE__ */ allocateBytes(0);

/** The buffer as multi-byte numbers: V8 compiles a DataView write to one store, at any alignment. */
export let view: DataView = /* @__PURE__ */ new DataView(buffer.buffer);

/** Makes room for `size` bytes and SLACK after `position`. Called once per string, so fixed parts need no check. */
export function reserve(position: number, size: number): void {
  if (position + size + SLACK > buffer.length) grow(position, size);
}

function grow(position: number, size: number): void {
  let length = Math.max(INITIAL_SIZE, buffer.length * 2);
  while (length < position + size + SLACK) length *= 2;
  const larger = allocateBytes(length);
  larger.set(buffer.subarray(0, position));
  useBuffer(larger);
}

function useBuffer(bytes: Uint8Array): void {
  buffer = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Copies `buffer[start..end)` out and lets go of a buffer that a burst made large. */
export function take(start: number, end: number): Uint8Array {
  const bytes = borrowBytes(end - start);
  bytes.set(buffer.subarray(start, end));
  if (buffer.length > KEPT_SIZE) useBuffer(allocateBytes(0));
  return bytes;
}

/** A tag of one byte: field number 1..15 with its wire type. */
export function writeByte(position: number, byte: number): number {
  buffer[position] = byte;
  return position + 1;
}

/** A tag of two bytes: field number 16..2047 with its wire type. */
export function writeTag2(position: number, tag: number): number {
  buffer[position] = (tag & 0x7f) | 0x80;
  buffer[position + 1] = tag >>> 7;
  return position + 2;
}

/** An unsigned integer up to 2^53 as a varint. */
export function writeVarint(position: number, value: number): number {
  let p = position;
  let rest = value;
  while (rest >= 0x8000_0000) {
    buffer[p++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 0x80) {
    buffer[p++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[p++] = rest;
  return p;
}

/** A safe integer as an int64 varint: negative numbers take ten bytes (two's complement). */
export function writeInt64(position: number, value: number): number {
  if (value >= 0) return writeVarint(position, value);
  const high = Math.floor(value / TWO_32);
  return writeVarint64(position, high >>> 0, (value - high * TWO_32) >>> 0);
}

/** A bigint within int64 as a varint. */
export function writeBigInt64(position: number, value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  return writeVarint64(position, Number(bits >> 32n), Number(bits & 0xffff_ffffn));
}

function writeVarint64(position: number, high: number, low: number): number {
  let p = position;
  let upper = high;
  let lower = low;
  while (upper !== 0 || lower > 0x7f) {
    buffer[p++] = (lower & 0x7f) | 0x80;
    lower = ((upper << 25) | (lower >>> 7)) >>> 0;
    upper >>>= 7;
  }
  buffer[p++] = lower;
  return p;
}

/** A 32-bit number, least significant byte first. */
export function writeFixed32(position: number, value: number): number {
  view.setInt32(position, value, true);
  return position + 4;
}

/** A 64-bit number, least significant byte first. */
export function writeFixed64(position: number, value: U64): number {
  view.setInt32(position, value.low, true);
  view.setInt32(position + 4, value.high, true);
  return position + 8;
}

export function writeDouble(position: number, value: number): number {
  view.setFloat64(position, value, true);
  return position + 8;
}

/** A 32-bit number, most significant byte first, as ids are written. */
export function writeWord(position: number, word: number): number {
  view.setInt32(position, word);
  return position + 4;
}

/** Raw bytes, without a length. */
export function writeRaw(position: number, bytes: Uint8Array): number {
  const length = bytes.length;
  if (length > 64) {
    reserve(position, length);
    buffer.set(bytes, position);
  } else {
    for (let index = 0; index < length; index++) buffer[position + index] = bytes[index]!;
  }
  return position + length;
}

/** Bytes behind their length. */
export function writeBytes(position: number, bytes: Uint8Array): number {
  reserve(position, bytes.length);
  return writeRaw(writeVarint(position, bytes.length), bytes);
}

/** A string behind its length, in UTF-8. */
export function writeString(position: number, text: string): number {
  const length = text.length;
  reserve(position, length * 3);
  if (length < shortStringLength) {
    const end = writeAscii(position + 1, text);
    if (end >= 0) {
      buffer[position] = length;
      return end;
    }
  }
  return writeLongString(position, text);
}

/**
 * Copies an ASCII string without its length and returns the position after it, or -1 when it holds anything else.
 * Checking while copying is 1.3 to 1.9 times faster than checking first.
 */
export function writeAscii(position: number, text: string): number {
  const target = buffer;
  const length = text.length;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return -1;
    target[position + index] = code;
  }
  return position + length;
}

/** Written where it would begin were it all ASCII; moved when its byte length needs a longer prefix after all. */
function writeLongString(position: number, text: string): number {
  const guess = varintSize(text.length);
  const size = writeUtf8(buffer, text, position + guess);
  const actual = varintSize(size);
  if (actual !== guess) buffer.copyWithin(position + actual, position + guess, position + guess + size);
  return writeVarint(position, size) + size;
}

/** A string in UTF-8 without its length, for where that stands further ahead. */
export function writeText(position: number, text: string): number {
  reserve(position, text.length * 3);
  return position + writeUtf8(buffer, text, position);
}

export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Leaves two bytes for the length of what follows. */
export function open(position: number): number {
  return position + 2;
}

/** Fills in the length of what was written since `open(start)`; returns the position after it. */
export function close(start: number, position: number): number {
  const length = position - start - 2;
  if (length < 0x4000) {
    buffer[start] = (length & 0x7f) | 0x80;
    buffer[start + 1] = length >>> 7;
    return position;
  }
  return closeLong(start, position, length);
}

function closeLong(start: number, position: number, length: number): number {
  const shift = varintSize(length) - 2;
  reserve(position, shift);
  buffer.copyWithin(start + 2 + shift, start + 2, position);
  writeVarint(start, length);
  return position + shift;
}

/** Bytes between the start of a batch's outer message and its content: a padded varint of five bytes. */
export const WIDE_LENGTH = 5;

/** Fills in a five-byte padded length at `start` for content that ends at `position`: no content is ever moved. */
export function closeWide(start: number, position: number): void {
  let rest = position - start - WIDE_LENGTH;
  for (let index = 0; index < WIDE_LENGTH - 1; index++) {
    buffer[start + index] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[start + WIDE_LENGTH - 1] = rest;
}
