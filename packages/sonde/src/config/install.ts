/** Puts the parts of a started SDK into the global of the API, and names the places that someone else holds. */
import type { ContextManager } from '../api/context/context-manager.ts';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { registerGlobals } from '../api/registration.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import type { LoggerProvider } from '../sdk/logs/provider.ts';
import type { MeterProvider } from '../sdk/metrics/provider.ts';
import type { TracerProvider } from '../sdk/traces/provider.ts';

/** What a started SDK wants to be global; absent parts are left as they are. */
export interface GlobalParts {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: LoggerProvider | undefined;
  readonly contextManager?: ContextManager | undefined;
  readonly propagator?: TextMapPropagator | undefined;
}

/** What users call the slots. */
const SLOT_NAMES: Readonly<Record<string, string>> = {
  trace: 'tracer provider',
  metrics: 'meter provider',
  logs: 'logger provider',
  context: 'context manager',
  propagation: 'propagator',
};

/**
 * Registers each part where the place is free, held by `former` (an SDK of ours that was shut down), or `takeover` is
 * set. What someone else holds is left alone and named.
 */
export function installGlobals(parts: GlobalParts, former: GlobalParts, takeover: boolean): void {
  const { taken } = registerGlobals(parts, { former, takeover });
  // The provider's own registration tells it that the rest of the global is taken care of.
  if (!taken.includes('trace')) parts.tracerProvider?.register({ contextManager: null, propagator: null });
  const refused = taken.map((slot) => SLOT_NAMES[slot] ?? slot);
  if (refused.length === 0) return;
  reportOnce(
    'warn',
    'global_taken',
    refused.join(),
    `startSdk leaves the global ${refused.join(' and ')} alone: someone else has registered one already; ` +
      'startSdk({ takeover: true }) replaces it',
  );
}
