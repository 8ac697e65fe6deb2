/**
 * Registers an SDK: all its parts in one go, because after the first of them another copy of the API could not add the
 * rest. What somebody else has registered stays unless a takeover is asked for.
 */
import type { ContextManager } from './context/context-manager.ts';
import { type GlobalSlots, readSlot, type SlotName, writeSlot } from './global.ts';
import type { LoggerProviderLike } from './logs/logger.ts';
import type { MeterProviderLike } from './metrics/meter.ts';
import type { TextMapPropagator } from './propagation/text-map.ts';
import type { ProxyTracerProvider } from './trace/proxy-tracer.ts';
import { ownTracerProvider } from './trace/trace-api.ts';
import type { TracerProviderLike } from './trace/tracer.ts';

/** The parts of an SDK. What is absent leaves its slot as it is. */
export interface SdkParts {
  readonly tracerProvider?: TracerProviderLike | undefined;
  readonly meterProvider?: MeterProviderLike | undefined;
  readonly loggerProvider?: LoggerProviderLike | undefined;
  readonly propagator?: TextMapPropagator | undefined;
  readonly contextManager?: ContextManager | undefined;
}

export interface RegistrationOptions {
  /** Replace what somebody else has registered. Default false. */
  readonly takeover?: boolean | undefined;
}

/** What became of the slots. */
export interface RegistrationResult {
  /** Those that hold what was given. */
  readonly registered: readonly SlotName[];
  /** Those that somebody else holds, left alone. */
  readonly taken: readonly SlotName[];
}

/** Puts the parts of an SDK into the global. Never throws. */
export function registerGlobals(parts: SdkParts, options: RegistrationOptions = {}): RegistrationResult {
  const takeover = options.takeover === true;
  const registered: SlotName[] = [];
  const taken: SlotName[] = [];
  const note = (name: SlotName, isOurs: boolean): void => {
    (isOurs ? registered : taken).push(name);
  };
  const put = <K extends SlotName>(name: K, part: GlobalSlots[K] | undefined): void => {
    if (part !== undefined) note(name, writeSlot(name, part, takeover));
  };
  put('context', parts.contextManager);
  if (parts.tracerProvider !== undefined) note('trace', putTracerProvider(parts.tracerProvider, takeover));
  put('metrics', parts.meterProvider);
  put('logs', parts.loggerProvider);
  put('propagation', parts.propagator);
  return { registered, taken };
}

/**
 * The slot holds a proxy with the provider behind it: that is its shape, and who took our proxy before an SDK started
 * gets the SDK.
 */
function putTracerProvider(provider: TracerProviderLike, takeover: boolean): boolean {
  const held = readSlot('trace');
  const isTaken =
    held === ownTracerProvider ? isOthers(ownTracerProvider.delegate, provider) : isOthers(held, provider);
  if (isTaken && !takeover) return false;
  if (takeover) delegateToo(held, provider);
  if (!writeSlot('trace', ownTracerProvider, takeover || held === provider)) return false;
  if (ownTracerProvider.delegate !== provider) ownTracerProvider.setDelegate(provider);
  return true;
}

function isOthers(held: TracerProviderLike | undefined, provider: TracerProviderLike): boolean {
  return held !== undefined && held !== null && held !== provider;
}

/** Tracers given out by the proxy of another copy that have not found their real one yet will find ours. */
function delegateToo(held: TracerProviderLike | undefined, provider: TracerProviderLike): void {
  if (held === undefined || held === null || held === ownTracerProvider) return;
  try {
    const { setDelegate } = held as Partial<ProxyTracerProvider>;
    if (typeof setDelegate === 'function') setDelegate.call(held, provider);
  } catch {
    // A proxy of some other shape: the slot is ours anyway.
  }
}
