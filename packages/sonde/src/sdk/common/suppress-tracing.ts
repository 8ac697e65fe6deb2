/**
 * The SDK's own work makes no spans: exporters run in a Context in which tracing is suppressed. It starts from the root
 * and not from what happens to be active, because an export is triggered by whichever span came last and has nothing to
 * do with it, and a timer set inside would hold that span's Context for seconds.
 */
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { runInContext } from '../../api/context/context-api.ts';
import { createContextKey } from '../../api/context/context-key.ts';
import { isTracingSuppressed, suppressTracing } from '../../api/context/suppression.ts';

/** Tells the SDK's own work from what an application suppresses: its log records are wanted all the same. */
const OWN_WORK = /* @__PURE__ */ createContextKey('sonde own work');

let suppressed: Context | undefined;

/** Calls that are running right now: known also where no context manager follows what they begin. */
let running = 0;

/** Runs the callback, and what follows from it, without tracing. What it throws passes through. */
export function withTracingSuppressed<R>(callback: () => R): R {
  suppressed ??= suppressTracing(ROOT_CONTEXT).setValue(OWN_WORK, true);
  running++;
  try {
    return runInContext(suppressed, callback as (none: undefined) => R, undefined);
  } finally {
    running--;
  }
}

/** True inside an exporter: a log record made there would be exported in turn, and so on for ever. */
export function isOwnWork(context: Context): boolean {
  return running > 0 || (isTracingSuppressed(context) && context.getValue(OWN_WORK) === true);
}
