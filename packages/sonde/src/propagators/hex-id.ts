/** Trace and span ids as the older formats write them: in either case, the trace id perhaps of 64 bits only. */
import { INVALID_SPANID, INVALID_TRACEID } from '../api/trace/span-context.ts';

const HEX = /^[0-9a-fA-F]+$/;

/** The trace id of 32 digits, undefined if the text is none. Shorter ones are padded on the left. */
export function traceIdFrom(text: string | undefined): string | undefined {
  return padded(text, INVALID_TRACEID);
}

/** The span id of 16 digits, undefined if the text is none. Shorter ones are padded on the left. */
export function spanIdFrom(text: string | undefined): string | undefined {
  return padded(text, INVALID_SPANID);
}

function padded(text: string | undefined, invalid: string): string | undefined {
  if (text === undefined || text.length > invalid.length || !HEX.test(text)) return undefined;
  const id = text.toLowerCase().padStart(invalid.length, '0');
  return id === invalid ? undefined : id;
}
