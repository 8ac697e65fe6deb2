/**
 * Puts the SDK's parts into the global of the API. A provider alone is of little use without a context manager (every
 * child would be a root) and propagators (every service would start a trace of its own), so whoever makes one of our
 * providers global, through this package or any copy of the official API, gets those as well where nothing is set.
 */
import type { ContextManager } from '../../api/context/context-manager.ts';
import { readSlot, writeSlot } from '../../api/global.ts';
import type { TextMapPropagator } from '../../api/propagation/text-map.ts';
import { trace } from '../../api/trace/trace-api.ts';
import type { TracerProvider } from '../../api/trace/tracer.ts';
import { defaultPropagator } from '../../propagators/default-propagator.ts';
import { AsyncLocalStorageContextManager } from './context-manager.ts';
import { adoptEarlyCopies } from './early-copies.ts';

/** What to register besides a provider: undefined is the default, null is none. */
export interface Registration {
  readonly propagator?: TextMapPropagator | null | undefined;
  readonly contextManager?: ContextManager | null | undefined;
}

/** Makes `provider` the global one, and completes the global around it. */
export function registerProvider(provider: TracerProvider, registration: Registration): void {
  trace.setGlobalTracerProvider(provider);
  complete(registration);
  if (isGlobal(provider)) adoptEarlyCopies(provider);
}

/** Completes the global when `provider` is the global one already. True from then on. */
export function completeGlobals(provider: TracerProvider): boolean {
  if (!isGlobal(provider)) return false;
  complete({});
  adoptEarlyCopies(provider);
  return true;
}

/** Whether `provider` is the global one, by whichever copy of the API. */
export function isGlobal(provider: object): boolean {
  const holder = readSlot('trace') as { getDelegate?: () => unknown } | undefined;
  return holder !== undefined && (holder === provider || holder.getDelegate?.() === provider);
}

function complete(registration: Registration): void {
  if (registration.contextManager !== null) {
    writeSlot('context', registration.contextManager ?? new AsyncLocalStorageContextManager(), false);
  }
  if (registration.propagator !== null) {
    writeSlot('propagation', registration.propagator ?? defaultPropagator(), false);
  }
}
