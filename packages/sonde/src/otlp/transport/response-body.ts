/**
 * The two messages that a receiver answers with, read tolerantly in both encodings: Export…ServiceResponse with its
 * partial success (the same field numbers for traces, metrics and logs) and google.rpc.Status. Unknown fields are
 * skipped, what cannot be read counts as absent, and no body makes these functions throw.
 */
import { readFields } from '../wire/protobuf-fields.ts';

/** The longest message of a receiver that we repeat, in characters. */
const MAX_MESSAGE = 500;

export interface PartialSuccess {
  /** Records refused, never negative. */
  readonly rejected: number;
  readonly message: string | undefined;
}

const NOTHING: PartialSuccess = { rejected: 0, message: undefined };

/** The partial success of an Export…ServiceResponse. */
export function parsePartialSuccess(body: Uint8Array, contentType: string | undefined): PartialSuccess {
  if (body.byteLength === 0) return NOTHING;
  try {
    return isJson(body, contentType) ? partialSuccessOfJson(body) : partialSuccessOfProtobuf(body);
  } catch {
    return NOTHING;
  }
}

/** The message of a google.rpc.Status, or the text itself of a body that is plain text. */
export function parseStatusMessage(body: Uint8Array, contentType: string | undefined): string | undefined {
  if (body.byteLength === 0) return undefined;
  try {
    if (isJson(body, contentType)) return shorten(member(parseJson(body), 'message'));
    if (/^\s*text\/plain\b/i.test(contentType ?? '')) return shorten(decode(body));
    const message = readFields(body).find((field) => field.number === 2)?.value;
    return message instanceof Uint8Array ? shorten(decode(message)) : undefined;
  } catch {
    return undefined;
  }
}

function partialSuccessOfJson(body: Uint8Array): PartialSuccess {
  const partial = member(parseJson(body), 'partialSuccess');
  const rejected =
    member(partial, 'rejectedSpans') ??
    member(partial, 'rejectedDataPoints') ??
    member(partial, 'rejectedLogRecords');
  return { rejected: countOf(rejected), message: shorten(member(partial, 'errorMessage')) };
}

function partialSuccessOfProtobuf(body: Uint8Array): PartialSuccess {
  const partial = readFields(body).find((field) => field.number === 1)?.value;
  if (!(partial instanceof Uint8Array)) return NOTHING;
  let rejected: unknown;
  let message: unknown;
  for (const field of readFields(partial)) {
    if (field.number === 1) rejected = field.value;
    if (field.number === 2 && field.value instanceof Uint8Array) message = decode(field.value);
  }
  return { rejected: countOf(rejected), message: shorten(message) };
}

/** By the content type where there is one; else by the first character, which no protobuf answer of ours begins with. */
function isJson(body: Uint8Array, contentType: string | undefined): boolean {
  if (contentType !== undefined) return /^\s*application\/(?:[\w.-]+\+)?json\b/i.test(contentType);
  return body[0] === 0x7b;
}

function parseJson(body: Uint8Array): unknown {
  return JSON.parse(decode(body));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** int64 is a string in proto3 JSON, and every reader takes a number as well. A negative one is nonsense. */
function countOf(value: unknown): number {
  const count = typeof value === 'string' && /^\d{1,19}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && count > 0 && count < 2 ** 63 ? Math.floor(count) : 0;
}

/** A text of the receiver's, at most as long as we repeat it; undefined for nothing. */
export function shorten(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return undefined;
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}…`;
}
