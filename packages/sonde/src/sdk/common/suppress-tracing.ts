/** Work of the SDK's own, which must make no telemetry: an instrumented HTTP client would trace the sending of traces. */
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { runInContext } from '../../api/context/context-api.ts';
import { suppressTracing } from '../../api/context/suppression.ts';

/**
 * Not derived from the active Context: a socket or timer made inside would keep the span of whichever request happened
 * to be running for as long as it lives.
 */
const SUPPRESSED = /* @__PURE__ */ suppressTracing(ROOT_CONTEXT);

/** Runs the callback, and what it begins, in a Context in which no spans are made. */
export function withTracingSuppressed<R>(callback: () => R): R {
  return runInContext(SUPPRESSED, callback, undefined);
}
