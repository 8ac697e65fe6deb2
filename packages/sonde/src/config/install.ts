/** Puts the parts of a started SDK into the global of the API, and names the places that someone else holds. */
import type { ContextManager } from '../api/context/context-manager.ts';
import { readSlot, writeSlot } from '../api/global.ts';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { trace } from '../api/trace/trace-api.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import type { TracerProvider } from '../sdk/traces/provider.ts';

/** What a started SDK wants to be global; absent parts are left as they are. */
export interface GlobalParts {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly contextManager?: ContextManager | undefined;
  readonly propagator?: TextMapPropagator | undefined;
}

/**
 * Registers each part where the place is free, held by `former` (an SDK of ours that was shut down), or `takeover` is
 * set. What someone else holds is left alone and named.
 */
export function installGlobals(parts: GlobalParts, former: GlobalParts, takeover: boolean): void {
  const { tracerProvider, contextManager, propagator } = parts;
  const refused: string[] = [];
  if (tracerProvider !== undefined && !installProvider(tracerProvider, former.tracerProvider, takeover)) {
    refused.push('tracer provider');
  }
  if (contextManager !== undefined) {
    const isOurs = isHeldBy(readSlot('context'), former.contextManager);
    if (!writeSlot('context', contextManager, takeover || isOurs)) refused.push('context manager');
  }
  if (propagator !== undefined) {
    const isOurs = isHeldBy(readSlot('propagation'), former.propagator);
    if (!writeSlot('propagation', propagator, takeover || isOurs)) refused.push('propagator');
  }
  if (refused.length === 0) return;
  reportOnce(
    'warn',
    'global_taken',
    refused.join(),
    `startSdk leaves the global ${refused.join(' and ')} alone: someone else has registered one already; ` +
      'startSdk({ takeover: true }) replaces it',
  );
}

/** Through the provider's own registration, which then knows that the rest of the global is taken care of. */
function installProvider(
  provider: TracerProvider,
  former: TracerProvider | undefined,
  takeover: boolean,
): boolean {
  const held = readSlot('trace') as { getDelegate?: () => unknown } | undefined;
  if (held !== undefined && held !== null) {
    if (!takeover && !isHeldBy(held, former) && !isHeldBy(held.getDelegate?.(), former)) return false;
    trace.disable();
  }
  provider.register({ contextManager: null, propagator: null });
  return true;
}

function isHeldBy(held: unknown, former: unknown): boolean {
  return held !== undefined && held === former;
}
