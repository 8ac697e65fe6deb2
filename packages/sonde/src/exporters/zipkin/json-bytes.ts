/**
 * JSON straight into the shared buffer. Strings would be joined from some eighty pieces a span and encoded once more at the
 * end; written as bytes a span of ten attributes costs a quarter of that (bench/micro/encode-zipkin.mjs). Every function
 * takes the position to write at and returns the one after; all leave room for a few short constants behind.
 */
import { writeUtf8 } from '#platform';
import { stringJson } from '../../otlp/wire/json-writer.ts';
import { buffer, reserve, view } from '../../otlp/wire/protobuf-writer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Bytes that one UTF-16 unit becomes at most: `\u001f`, and inside a text within a text `\\u001f`. */
const MOST_BYTES_A_UNIT = 7;

/** Texts from this length on are copied faster by a call into C++ than by a loop, the search for what to escape included. */
const LONG_TEXT = 40;

/** Whatever is no character that JSON holds as it is: quotes, backslashes, control characters, halves of pairs. */
const UNUSUAL = /[^\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]/;

/**
 * A constant, also as 32-bit numbers padded with zeroes: written four bytes at a time it costs a quarter of what single
 * bytes do. What is written beyond its end is written over next.
 */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

export function literal(text: string): Literal {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  const source = new DataView(padded.buffer);
  const words = Int32Array.from({ length: padded.length / 4 }, (_, index) =>
    source.getInt32(index * 4, true),
  );
  return { bytes, words };
}

/** From this many bytes on one copy of memory is faster than a loop. */
const LONG_LITERAL = 160;

/** Copies a constant. */
export function writeLiteral(position: number, { bytes, words }: Literal): number {
  const { length } = bytes;
  reserve(position, length);
  if (length >= LONG_LITERAL) buffer.set(bytes, position);
  else {
    const target = view;
    for (let index = 0, at = position; index < words.length; index++, at += 4) {
      target.setInt32(at, words[index]!, true);
    }
  }
  return position + length;
}

/** JSON that is there as text. */
export function writeJson(position: number, json: string): number {
  reserve(position, json.length * 3);
  const end = position + writeUtf8(buffer, json, position);
  reserve(end, 0);
  return end;
}

/** The inside of a string literal. */
export function writeText(position: number, text: string): number {
  const { length } = text;
  reserve(position, length * MOST_BYTES_A_UNIT);
  if (length >= LONG_TEXT) {
    return writeJson(position, UNUSUAL.test(text) ? stringJson(text).slice(1, -1) : text);
  }
  const target = buffer;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
      return writeJson(position, stringJson(text).slice(1, -1));
    }
    target[position + index] = code;
  }
  return position + length;
}

/** A string literal of a JSON text that is itself inside of a string literal: `\"text\"`. */
export function writeNestedString(position: number, text: string): number {
  const { length } = text;
  reserve(position, (length + 2) * MOST_BYTES_A_UNIT);
  const target = buffer;
  let p = position;
  target[p++] = BACKSLASH;
  target[p++] = QUOTE;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
      return writeNestedJson(position, stringJson(text));
    }
    target[p++] = code;
  }
  target[p++] = BACKSLASH;
  target[p++] = QUOTE;
  return p;
}

/** JSON inside of a string literal. */
export function writeNestedJson(position: number, json: string): number {
  return writeJson(position, stringJson(json).slice(1, -1));
}

/** A whole number from 0 to 2^53. */
export function writeWhole(position: number, value: number): number {
  let rest = value;
  let length = 1;
  for (let limit = 10; rest >= limit; limit *= 10) length++;
  const target = buffer;
  let p = position + length;
  // Above 2^31 digits are taken off in two halves: whole numbers of that size are doubles, and slow to divide.
  if (rest >= 1e9) {
    let high = Math.floor(rest / 1e8);
    let low = rest - high * 1e8;
    for (let digit = 0; digit < 8; digit++) {
      const next = (low / 10) | 0;
      target[--p] = ZERO + (low - next * 10);
      low = next;
    }
    if (high >= 1e9) return writeJson(position, String(value));
    for (; p > position; high = (high / 10) | 0) target[--p] = ZERO + (high % 10);
  } else for (; p > position; rest = (rest / 10) | 0) target[--p] = ZERO + (rest % 10);
  return position + length;
}

const HEX = /* @__PURE__ */ Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** 32 bits as eight hex digits. */
export function writeHex(position: number, word: number): number {
  const target = buffer;
  for (let digit = 0; digit < 8; digit++) {
    target[position + digit] = HEX[(word >>> (28 - digit * 4)) & 15]!;
  }
  return position + 8;
}
