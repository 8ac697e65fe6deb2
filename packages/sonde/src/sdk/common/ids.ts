/**
 * Trace ids and span ids as 32-bit numbers. Making one costs 5 ns and its hex string 30 ns more, so the hex is made
 * when somebody asks, once, and an encoder that writes bytes never asks.
 * The generator is xoshiro128**, seeded from the platform's cryptographic source and reseeded every 2^16 ids: uniform
 * over all bits, which is what W3C Trace Context level 2 asks of an id whose random flag is set.
 */
import { fillRandom } from '#platform';

/** Ids drawn before the state is replaced by fresh entropy. */
const RESEED_AFTER = 65_536;

const state = new Int32Array(4);
let remaining = 0;

function reseed(): void {
  do {
    fillRandom(new Uint32Array(state.buffer));
  } while (state[0] === 0 && state[1] === 0 && state[2] === 0 && state[3] === 0);
  remaining = RESEED_AFTER;
}

/** A uniformly distributed signed 32-bit integer (signed, because those stay small integers in V8). */
export function randomInt32(): number {
  if (remaining-- <= 0) reseed();
  const s0 = state[0]!;
  const s1 = state[1]!;
  const s2 = state[2]! ^ s0;
  const s3 = state[3]! ^ s1;
  const product = Math.imul(s1, 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9);
  state[1] = s1 ^ s2;
  state[0] = s0 ^ s3;
  state[2] = s2 ^ (s1 << 9);
  state[3] = (s3 << 11) | (s3 >>> 21);
  return result | 0;
}

/** The trace id of all spans of one trace in this process: shared by reference, its hex string made once for all. */
export class TraceId {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  #hex: string | undefined;

  constructor(word0: number, word1: number, word2: number, word3: number, hex: string | undefined) {
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
    this.#hex = hex;
  }

  /** 32 lower-case hex digits. */
  get hex(): string {
    if (this.#hex === undefined) this.#hex = hex16(this.word0, this.word1) + hex16(this.word2, this.word3);
    return this.#hex;
  }
}

/** A new random trace id, never all zero. */
export function randomTraceId(): TraceId {
  const word0 = randomInt32();
  const word1 = randomInt32();
  const word2 = randomInt32();
  const word3 = randomInt32();
  if ((word0 | word1 | word2 | word3) === 0) return randomTraceId();
  return new TraceId(word0, word1, word2, word3, undefined);
}

/** Reads 32 hex digits; undefined when they are no valid trace id. */
export function parseTraceId(hex: string): TraceId | undefined {
  if (hex.length !== 32) return undefined;
  const word0 = parseWord(hex, 0);
  const word1 = parseWord(hex, 8);
  const word2 = parseWord(hex, 16);
  const word3 = parseWord(hex, 24);
  if (badDigit) {
    badDigit = false;
    return undefined;
  }
  if ((word0 | word1 | word2 | word3) === 0) return undefined;
  return new TraceId(word0, word1, word2, word3, isLowerCase(hex) ? hex : undefined);
}

/** Set by parseWord when it met something that is no lower-case hex digit; whoever reads it resets it. */
let badDigit = false;

/** Some callers give upper-case ids; they are taken, but never passed on as they are. */
function isLowerCase(hex: string): boolean {
  return hex.toLowerCase() === hex;
}

/** Eight hex digits from `offset` as a signed 32-bit number. Sets `badDigit` on anything else. */
function parseWord(hex: string, offset: number): number {
  let word = 0;
  for (let index = offset; index < offset + 8; index++) {
    const code = hex.charCodeAt(index);
    if (code >= 48 && code <= 57) word = (word << 4) | (code - 48);
    else if (code >= 97 && code <= 102) word = (word << 4) | (code - 87);
    else if (code >= 65 && code <= 70) word = (word << 4) | (code - 55);
    else badDigit = true;
  }
  return word;
}

/** A span id read by parseSpanId: two signed 32-bit halves, valid until the next call. */
export const parsedSpanId: { high: number; low: number } = { high: 0, low: 0 };

/** Reads 16 hex digits into `parsedSpanId`; false, and zeroes, when they are no valid span id. */
export function parseSpanId(hex: string): boolean {
  parsedSpanId.high = hex.length === 16 ? parseWord(hex, 0) : 0;
  parsedSpanId.low = hex.length === 16 ? parseWord(hex, 8) : 0;
  if (!badDigit) return (parsedSpanId.high | parsedSpanId.low) !== 0;
  badDigit = false;
  parsedSpanId.high = 0;
  parsedSpanId.low = 0;
  return false;
}

/** The value of each lower-case hex digit by its code, -1 for everything else. */
const DIGIT_VALUES = /* @__PURE__ */ Int8Array.from({ length: 256 }, (_, code) =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1,
);

/** Negative when readLowerWord met anything but lower-case hex digits since `clearRefusal`. */
let refusal = 0;

/** Begins a reading with readLowerWord. */
export function clearRefusal(): void {
  refusal = 0;
}

/** Whether everything read since `clearRefusal` was lower-case hexadecimal. */
export function wasLowerHex(): boolean {
  return refusal >= 0;
}

/** `length` lower-case hex digits, at most eight, from `offset` as a signed 32-bit number: no branch per digit. */
export function readLowerWord(text: string, offset: number, length: number): number {
  let word = 0;
  let refused = 0;
  for (let index = offset; index < offset + length; index++) {
    const code = text.charCodeAt(index);
    const value = DIGIT_VALUES[code & 0xff]!;
    refused |= value | (0xff - code);
    word = (word << 4) | (value & 15);
  }
  refusal |= refused;
  return word;
}

const HEX_DIGITS = /* @__PURE__ */ Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * Two 32-bit halves as 16 lower-case hex digits. One call of fromCharCode makes a flat string; joining table entries
 * would make a rope whose flattening costs 80 ns when it is read.
 */
export function hex16(high: number, low: number): string {
  const d = HEX_DIGITS;
  return String.fromCharCode(
    d[(high >>> 28) & 15]!,
    d[(high >>> 24) & 15]!,
    d[(high >>> 20) & 15]!,
    d[(high >>> 16) & 15]!,
    d[(high >>> 12) & 15]!,
    d[(high >>> 8) & 15]!,
    d[(high >>> 4) & 15]!,
    d[high & 15]!,
    d[(low >>> 28) & 15]!,
    d[(low >>> 24) & 15]!,
    d[(low >>> 20) & 15]!,
    d[(low >>> 16) & 15]!,
    d[(low >>> 12) & 15]!,
    d[(low >>> 8) & 15]!,
    d[(low >>> 4) & 15]!,
    d[low & 15]!,
  );
}
