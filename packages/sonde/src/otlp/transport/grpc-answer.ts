/**
 * What a gRPC receiver's answer means (protocol specification, "OTLP/gRPC Response"): a status, its message and details,
 * and a message that may be anything at all become one SendResult. Nothing here throws.
 */

import { shown } from '../../internal/shown.ts';
import type { GrpcAnswer } from '../../platform/grpc-client.ts';
import { readFields } from '../wire/protobuf-fields.ts';
import { parsePartialSuccess, parseStatusMessage, shorten } from './response-body.ts';
import type { SendResult } from './send.ts';

/** The status codes of gRPC, by number. */
const NAMES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** The codes of "Failures" that may be tried again; RESOURCE_EXHAUSTED only with the receiver's word for it. */
const RETRYABLE: ReadonlySet<string> = new Set([
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** What may be done about a code that usually means a wrong setting. */
const HINTS: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'it could not read the message',
  PERMISSION_DENIED: 'the receiver refuses these credentials: see the option `headers`',
  RESOURCE_EXHAUSTED: 'it may be too large for the receiver: see the option `maxRequestBytes`',
  UNIMPLEMENTED: 'the receiver does not take this signal, or does not have this compression',
  UNAUTHENTICATED: 'the receiver wants credentials: see the option `headers`',
};

/** HTTP statuses of what stands between, such as a proxy: gRPC's mapping has UNAVAILABLE for them. */
const RETRYABLE_HTTP: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** A receiver that wants us to wait longer than a day means never. */
const MAX_WAIT_MILLIS = 86_400_000;
/** Base64 of details that is looked at; one RetryInfo has some 60 characters. */
const MAX_DETAILS = 16_384;

/** `maxResponseBytes` is named in the message when the answer was larger. */
export function interpretGrpcAnswer(answer: GrpcAnswer, maxResponseBytes: number): SendResult {
  const result = interpret(answer, maxResponseBytes);
  return answer.status === undefined
    ? result
    : // A code that gRPC does not have means UNKNOWN, and there is no end to them.
      { ...result, status: { 'rpc.status_code': NAMES[answer.status] ?? 'UNKNOWN' } };
}

function interpret(answer: GrpcAnswer, maxResponseBytes: number): SendResult {
  if (answer.bodyProblem === 'too_large' && (answer.status !== undefined || isGrpc(answer.contentType))) {
    return { kind: 'rejected', message: `the answer is larger than maxResponseBytes, ${maxResponseBytes}` };
  }
  if (answer.status === undefined) return interpretHttp(answer);
  if (answer.status === 0) return interpretSuccess(answer);
  const name = NAMES[answer.status] ?? `status ${answer.status}`;
  const said = shorten(decodeMessage(answer.message)) ?? messageOfDetails(answer.details);
  const message = `gRPC ${name}${said === undefined ? '' : ` (${said})`}`;
  const retryAfterMillis = retryDelayOfDetails(answer.details);
  if (RETRYABLE.has(name) || (name === 'RESOURCE_EXHAUSTED' && retryAfterMillis !== undefined)) {
    return { kind: 'retryable', message, retryAfterMillis };
  }
  const hint = HINTS[name];
  return { kind: 'rejected', message: hint === undefined ? message : `${message}; ${hint}` };
}

function interpretSuccess(answer: GrpcAnswer): SendResult {
  const partial = parsePartialSuccess(answer.body, 'application/x-protobuf');
  if (partial.rejected > 0 || partial.message !== undefined) return { kind: 'accepted', ...partial };
  if (answer.bodyProblem === undefined) return { kind: 'accepted', rejected: 0 };
  return { kind: 'accepted', rejected: 0, message: 'the answer says OK, its message could not be read' };
}

function isGrpc(contentType: string): boolean {
  return /^application\/grpc\b/i.test(contentType);
}

/** An answer without a status of gRPC is one of something else that speaks HTTP/2. */
function interpretHttp({ httpStatus, contentType }: GrpcAnswer): SendResult {
  if (RETRYABLE_HTTP.has(httpStatus)) return { kind: 'retryable', message: `HTTP ${httpStatus}` };
  const type = isGrpc(contentType) ? '' : ` and the content type ${shown(contentType)}`;
  const text = `the answer (HTTP ${httpStatus}${type}) has no grpc-status`;
  return { kind: 'rejected', message: `${text}: is this an OTLP/gRPC receiver?` };
}

/** grpc-message is percent-encoded UTF-8; what is not properly encoded stays as it is. */
export function decodeMessage(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let index = 0; index < text.length && bytes.length < 4_096; index++) {
    const code = Number.parseInt(/^%([0-9a-f]{2})/i.exec(text.slice(index, index + 3))?.[1] ?? '', 16);
    if (Number.isNaN(code)) bytes.push(text.charCodeAt(index) & 0xff);
    else {
      bytes.push(code);
      index += 2;
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The delay of a google.rpc.RetryInfo among the details of a google.rpc.Status, in milliseconds. */
export function retryDelayOfDetails(details: string): number | undefined {
  const status = bytesOf(details);
  if (status === undefined) return undefined;
  for (const { number, value } of readFields(status)) {
    if (number !== 3 || !(value instanceof Uint8Array)) continue;
    const any = readFields(value);
    const type = any.find((field) => field.number === 1)?.value;
    const info = any.find((field) => field.number === 2)?.value;
    if (!(type instanceof Uint8Array) || !decode(type).endsWith('/google.rpc.RetryInfo')) continue;
    return info instanceof Uint8Array ? retryDelay(info) : 0;
  }
  return undefined;
}

/** RetryInfo has one field, a google.protobuf.Duration of seconds and nanoseconds. Negative numbers are read as none. */
function retryDelay(info: Uint8Array): number {
  const duration = readFields(info).find((field) => field.number === 1)?.value;
  if (!(duration instanceof Uint8Array)) return 0;
  let millis = 0;
  for (const { number, value } of readFields(duration)) {
    if (typeof value !== 'number' || value >= 2 ** 63) continue;
    if (number === 1) millis += value * 1_000;
    if (number === 2 && value < 1e9) millis += value / 1e6;
  }
  return Math.min(millis, MAX_WAIT_MILLIS);
}

function messageOfDetails(details: string): string | undefined {
  const status = bytesOf(details);
  return status === undefined ? undefined : parseStatusMessage(status, 'application/x-protobuf');
}

/** Metadata in base64, padded or not. */
function bytesOf(base64: string): Uint8Array | undefined {
  if (base64 === '' || base64.length > MAX_DETAILS) return undefined;
  try {
    return Uint8Array.from(atob(base64.replace(/=+$/, '')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
