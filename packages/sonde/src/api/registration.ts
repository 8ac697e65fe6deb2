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
  /** The parts of an SDK of ours that is no longer running: they may be replaced. */
  readonly former?: SdkParts | undefined;
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
  const { takeover = false, former = {} } = options;
  const registered: SlotName[] = [];
  const taken: SlotName[] = [];
  const put = <K extends SlotName>(name: K, part: GlobalSlots[K] | undefined, old: unknown): void => {
    if (part === undefined) return;
    const isFree = takeover || (old !== undefined && readSlot(name) === old);
    (writeSlot(name, part, isFree) ? registered : taken).push(name);
  };
  put('context', parts.contextManager, former.contextManager);
  put('metrics', parts.meterProvider, former.meterProvider);
  put('logs', parts.loggerProvider, former.loggerProvider);
  put('propagation', parts.propagator, former.propagator);
  if (parts.tracerProvider !== undefined) {
    const isOurs = putTracerProvider(parts.tracerProvider, former.tracerProvider, takeover);
    (isOurs ? registered : taken).push('trace');
  }
  return { registered, taken };
}

/**
 * The slot gets a proxy with the provider behind it: that is its shape, and who took our proxy before an SDK started
 * gets the SDK.
 */
function putTracerProvider(
  provider: TracerProviderLike,
  former: TracerProviderLike | undefined,
  takeover: boolean,
): boolean {
  const held = readSlot('trace');
  const behind = held === ownTracerProvider ? ownTracerProvider.delegate : held;
  const delegate = behind ? delegateOf(behind) : undefined;
  // Another copy's proxy has this provider already. Writing what is there raises the version of the global.
  if (held && delegate === provider) return writeSlot('trace', held, false);
  const isFree = !behind || behind === provider || behind === former || (delegate && delegate === former);
  if (!isFree && !takeover) return false;
  if (takeover) delegateToo(held, provider);
  if (!writeSlot('trace', ownTracerProvider, true)) return false;
  if (ownTracerProvider.delegate !== provider) ownTracerProvider.setDelegate(provider);
  return true;
}

/** The provider behind the proxy of another copy; undefined when it is no proxy. */
function delegateOf(held: TracerProviderLike): unknown {
  try {
    const { getDelegate } = held as Partial<ProxyTracerProvider>;
    return typeof getDelegate === 'function' ? getDelegate.call(held) : undefined;
  } catch {
    return undefined;
  }
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
