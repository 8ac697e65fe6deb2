/**
 * Tells which headers of a request may be replaced though the caller has set them: those that the new span continues.
 *
 *   the parent of the request in hand   a reverse proxy passes on what it got; the next server would be a child of the proxy's caller
 *   the active span                     a program that injects by hand; its child, the new span, is nearer. Baggage is as it wants it
 *   anything else                       the program means it
 */
import type { Context } from '../../api/context/context.ts';
import { getRPCMetadata } from '../../api/context/rpc-metadata.ts';
import type { SpanContext } from '../../api/trace/span-context.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';

/** A span of an SDK tells its parent; one that is not recorded does not, and then nothing is replaced. */
interface ChildSpan {
  readonly parentSpanContext?: SpanContext;
}

/** Whether the header `key` may be replaced; `sent` is what the request's headers say, `active` the context it is made in. */
export function mayReplace(key: string, sent: Context, active: Context): boolean {
  const named = getSpan(sent)?.spanContext();
  if (named === undefined) return false;
  const server = getRPCMetadata(active)?.span as ChildSpan | undefined;
  if (isSame(named, server?.parentSpanContext)) return true;
  return isSame(named, getSpan(active)?.spanContext()) && key.toLowerCase() !== 'baggage';
}

function isSame(named: SpanContext, span: SpanContext | undefined): boolean {
  return named.spanId === span?.spanId && named.traceId === span.traceId;
}
