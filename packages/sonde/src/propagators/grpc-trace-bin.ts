/**
 * OpenCensus' binary format, with which gRPC services pass a trace on that were not moved to W3C Trace Context yet
 * (api-propagators.md, "Propagators Distribution"; gRFC A72).
 *
 *     0 | 0 trace id of 16 bytes | 1 span id of 8 bytes | 2 options of 1 byte        the first byte is the version
 *
 * A carrier holds text, so the bytes are in base64, as gRPC sends whatever is named `…-bin`.
 */
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { isSpanContextValid, type SpanContext } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { readField, reportPropagationFailure } from './carrier.ts';

/** The name of the field. */
export const GRPC_TRACE_BIN_HEADER = 'grpc-trace-bin';

/** Standard alphabet, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Fields of a later version may follow; what is longer is none of it. */
const MAX_LENGTH = 1024;
const VERSION = '\0';
/** Bytes of the fields by their number. */
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const IDS_BYTES = 1 + 1 + TRACE_ID_BYTES + 1 + SPAN_ID_BYTES;

/**
 * Carries trace id, span id and the sampled flag as OpenCensus does over gRPC. A setter for gRPC metadata turns the text
 * into bytes (`Buffer.from(value, 'base64')`), its getter the other way round.
 */
export class GrpcTraceBinPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isTracingSuppressed(context)) return;
      const spanContext = getSpanContext(context);
      if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
      const options = String.fromCharCode(spanContext.traceFlags & TraceFlags.SAMPLED);
      const ids = `\0${bytesOf(spanContext.traceId)}\x01${bytesOf(spanContext.spanId)}`;
      // gRPC asks senders to leave the padding out.
      setter.set(carrier, GRPC_TRACE_BIN_HEADER, btoa(`${VERSION}${ids}\x02${options}`).replace(/=+$/, ''));
    } catch (error) {
      reportPropagationFailure('inject the context of grpc-trace-bin', error);
    }
  }

  /** The context as it is without both ids. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const field = readField(getter, carrier, GRPC_TRACE_BIN_HEADER);
      const text = typeof field === 'string' ? field : field?.[0];
      if (text === undefined || text.length > MAX_LENGTH || !BASE64.test(text)) return context;
      const bare = text.replace(/=+$/, '');
      // One character alone is six bits, which are no byte: atob would throw.
      const spanContext = bare.length % 4 === 1 ? undefined : spanContextIn(atob(bare));
      return spanContext === undefined ? context : setSpanContext(context, spanContext);
    } catch (error) {
      reportPropagationFailure('extract the context of grpc-trace-bin', error);
      return context;
    }
  }

  fields(): string[] {
    return [GRPC_TRACE_BIN_HEADER];
  }
}

/** Fields stand in the order of their numbers; what follows them is a later version's. */
function spanContextIn(bytes: string): SpanContext | undefined {
  if (bytes.length < IDS_BYTES || bytes[0] !== VERSION) return undefined;
  if (bytes[1] !== '\0' || bytes[2 + TRACE_ID_BYTES] !== '\x01') return undefined;
  const traceId = hexOf(bytes.slice(2, 2 + TRACE_ID_BYTES));
  const spanId = hexOf(bytes.slice(IDS_BYTES - SPAN_ID_BYTES, IDS_BYTES));
  const options = bytes[IDS_BYTES] === '\x02' ? bytes.charCodeAt(IDS_BYTES + 1) : TraceFlags.NONE;
  const traceFlags = options & TraceFlags.SAMPLED;
  const spanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

function bytesOf(hex: string): string {
  return hex.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function hexOf(bytes: string): string {
  let hex = '';
  for (let index = 0; index < bytes.length; index++)
    hex += bytes.charCodeAt(index).toString(16).padStart(2, '0');
  return hex;
}
