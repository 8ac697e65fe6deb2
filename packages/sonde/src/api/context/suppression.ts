/**
 * Suppression of tracing: work done in such a Context makes no spans. Exporters send in one, so that instrumented HTTP
 * clients don't trace the sending of traces. Shares its key with the official packages.
 */
import type { Context } from './context.ts';
import { ownContext, readForeign, removeValue, writeValue } from './context-access.ts';
import { SUPPRESS_TRACING_KEY } from './context-key.ts';

/** A Context in which no spans are made. */
export function suppressTracing(context: Context): Context {
  return writeValue(context, SUPPRESS_TRACING_KEY, true);
}

/** A Context in which spans are made again. */
export function unsuppressTracing(context: Context): Context {
  return removeValue(context, SUPPRESS_TRACING_KEY);
}

/** True when no spans are made in `context`. */
export function isTracingSuppressed(context: Context): boolean {
  const own = ownContext(context);
  return (own !== undefined ? own.suppressed : readForeign(context, SUPPRESS_TRACING_KEY)) === true;
}
