/** SpanContext: what identifies a span across processes; its making, checking, and its ids as bytes. */
import type { TraceState } from './trace-state.ts';

/**
 * The part of a span that is propagated. Immutable.
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#spancontext
 */
export interface SpanContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** True when the context came from another process. */
  readonly isRemote?: boolean;
  /** Bits of {@link TraceFlags}. */
  readonly traceFlags: number;
  /** What tracing systems attached to the trace. */
  readonly traceState?: TraceState;
}

/** The span id that no span has. */
export const INVALID_SPANID = '0000000000000000';
/** The trace id that no trace has. */
export const INVALID_TRACEID = '00000000000000000000000000000000';
/** What a span answers that belongs to no trace. */
export const INVALID_SPAN_CONTEXT: SpanContext = Object.freeze({
  traceId: INVALID_TRACEID,
  spanId: INVALID_SPANID,
  traceFlags: 0,
});

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** True for 32 hex digits that are not all zero. */
export function isValidTraceId(traceId: string): boolean {
  return isHex(traceId, TRACE_ID_BYTES * 2) && traceId !== INVALID_TRACEID;
}

/** True for 16 hex digits that are not all zero. */
export function isValidSpanId(spanId: string): boolean {
  return isHex(spanId, SPAN_ID_BYTES * 2) && spanId !== INVALID_SPANID;
}

/** True when both ids are valid. */
export function isSpanContextValid(spanContext: SpanContext): boolean {
  try {
    return isValidTraceId(spanContext.traceId) && isValidSpanId(spanContext.spanId);
  } catch {
    return false;
  }
}

function isHex(text: unknown, length: number): boolean {
  if (typeof text !== 'string' || text.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57;
    const letter = (code | 32) >= 97 && (code | 32) <= 102;
    if (!digit && !letter) return false;
  }
  return true;
}

/** What {@link createSpanContext} takes. */
export interface SpanContextFields {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Default none. Only the lowest 8 bits are kept. */
  traceFlags?: number;
  traceState?: TraceState | undefined;
  /** Default false. */
  isRemote?: boolean;
}

/**
 * Makes a span context that cannot be changed. An id that is not valid becomes the all-zero one, so that the answer is
 * well-formed whatever is given: see {@link isSpanContextValid}. Hex digits become lower-case.
 */
export function createSpanContext(fields: SpanContextFields): SpanContext {
  try {
    const { traceId, spanId, traceFlags, traceState, isRemote } = fields;
    const made = {
      traceId: isValidTraceId(traceId) ? traceId.toLowerCase() : INVALID_TRACEID,
      spanId: isValidSpanId(spanId) ? spanId.toLowerCase() : INVALID_SPANID,
      traceFlags: Number(traceFlags ?? 0) & 0xff,
      isRemote: isRemote === true,
    };
    return Object.freeze(traceState === undefined ? made : { ...made, traceState });
  } catch {
    return INVALID_SPAN_CONTEXT;
  }
}

/** The fields of a span context other than its ids. */
export type SpanContextDetails = Omit<SpanContextFields, 'traceId' | 'spanId'>;

/**
 * Makes a span context from the 16 bytes of a trace id and the 8 of a span id, as binary protocols carry them. Arrays
 * of any other length give the all-zero id.
 */
export function spanContextFromBytes(
  traceId: Uint8Array,
  spanId: Uint8Array,
  details?: SpanContextDetails,
): SpanContext {
  try {
    return createSpanContext({
      ...details,
      traceId: hexOf(traceId, TRACE_ID_BYTES),
      spanId: hexOf(spanId, SPAN_ID_BYTES),
    });
  } catch {
    return INVALID_SPAN_CONTEXT;
  }
}

/** The 16 bytes of a trace id; all zero when it is not valid. */
export function traceIdToBytes(traceId: string): Uint8Array {
  return bytesOf(isValidTraceId(traceId) ? traceId : INVALID_TRACEID, TRACE_ID_BYTES);
}

/** The 8 bytes of a span id; all zero when it is not valid. */
export function spanIdToBytes(spanId: string): Uint8Array {
  return bytesOf(isValidSpanId(spanId) ? spanId : INVALID_SPANID, SPAN_ID_BYTES);
}

function hexOf(bytes: Uint8Array, length: number): string {
  try {
    if (!(bytes instanceof Uint8Array) || bytes.length !== length) return '';
    let hex = '';
    for (const byte of bytes) hex += (byte < 16 ? '0' : '') + byte.toString(16);
    return hex;
  } catch {
    return '';
  }
}

function bytesOf(hex: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}
