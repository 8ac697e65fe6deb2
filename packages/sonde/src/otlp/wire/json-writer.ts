/**
 * The JSON forms of protobuf's scalar types (the proto3 JSON mapping, with OTLP's exception for ids). It knows no
 * message. Text is built by concatenation: V8 joins the pieces once, when the bytes are made.
 */
import type { HrTime } from '../../api/common/time.ts';

/** With the u flag a surrogate that is half of a pair is no character of its own, so these are the lone ones. */
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/**
 * A string literal. A lone surrogate becomes the replacement character, as in protobuf: strict readers of the proto3
 * mapping refuse a whole request for its escape. JSON.stringify writes that escape for lone ones only.
 */
export function stringJson(text: string): string {
  const json = JSON.stringify(text);
  return json.includes('\\ud') ? JSON.stringify(text.replace(LONE_SURROGATES, '\ufffd')) : json;
}

/** A double: NaN and the infinities are strings in proto3 JSON. */
export function doubleJson(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}

/** A 64-bit integer: always a decimal string, since a JSON number loses digits above 2^53. */
export function int64Json(value: number | bigint): string {
  return `"${value}"`;
}

/** An epoch time as nanoseconds in a decimal string, exact: the digits are joined, never multiplied. */
export function nanosJson([seconds, nanos]: HrTime): string {
  const isPlain =
    Number.isSafeInteger(seconds) && seconds >= 0 && Number.isInteger(nanos) && nanos >= 0 && nanos < 1e9;
  if (!isPlain) return unusualNanosJson(seconds, nanos);
  if (seconds === 0) return `"${nanos}"`;
  return `"${seconds}${String(nanos).padStart(9, '0')}"`;
}

/** Times of other SDKs that are out of form: parts carry over, and what is no time or before the epoch is 0. */
function unusualNanosJson(seconds: number, nanos: number): string {
  if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return '"0"';
  const whole = Math.floor(seconds);
  const total = BigInt(whole) * 1_000_000_000n + BigInt(Math.round((seconds - whole) * 1e9 + nanos));
  return `"${total < 0n ? 0n : BigInt.asUintN(64, total)}"`;
}

/** Bytes: base64 with padding. */
export function bytesJson(bytes: Uint8Array): string {
  let binary = '';
  // Chunks, because fromCharCode takes its characters as arguments, of which there is a bound.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return `"${btoa(binary)}"`;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** The text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
