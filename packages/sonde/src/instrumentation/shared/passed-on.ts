/**
 * Tells the headers of a request that was passed on, as a reverse proxy does, from those that a program set itself: they name
 * the span from which the request in hand came. The next server would take the proxy's caller for its own, so ours take their place.
 */
import type { Context } from '../../api/context/context.ts';
import { getRPCMetadata } from '../../api/context/rpc-metadata.ts';
import type { SpanContext } from '../../api/trace/span-context.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';

/** A span of an SDK tells its parent; one that is not recorded does not, and then nothing is replaced. */
interface ChildSpan {
  readonly parentSpanContext?: SpanContext;
}

/** Whether `sent`, what a request's headers say, is the parent of the server span that `active` belongs to. */
export function isPassedOn(sent: Context, active: Context): boolean {
  const parent = (getRPCMetadata(active)?.span as ChildSpan | undefined)?.parentSpanContext;
  const passed = getSpan(sent)?.spanContext();
  return passed !== undefined && passed.spanId === parent?.spanId && passed.traceId === parent.traceId;
}
