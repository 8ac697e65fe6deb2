/** `trace`: the global tracer provider, the tracers that it gives out, and the span of a context. */
import {
  type AttachedContext,
  activeContext,
  context as contextApi,
  runInContext,
} from '../context/context-api.ts';
import { diag } from '../diag/diag.ts';
import { clearSlot, readSlot, writeSlot } from '../global.ts';
import { completeProvider, tracerOf } from './foreign-tracer.ts';
import { wrapSpanContext } from './non-recording-span.ts';
import { ProxyTracerProvider } from './proxy-tracer.ts';
import type { Span } from './span.ts';
import { isSpanContextValid } from './span-context.ts';
import {
  deleteSpan,
  getActiveSpan,
  getSpan,
  getSpanContext,
  setSpan,
  setSpanContext,
} from './span-in-context.ts';
import type { Tracer, TracerOptions, TracerProvider, TracerProviderLike } from './tracer.ts';

/** Entry point to tracing. */
export interface TraceAPI {
  /** Makes `provider` the one that all tracers come from. False when there is one already. */
  setGlobalTracerProvider(provider: TracerProviderLike): boolean;
  /** The global provider, or one whose tracers come alive when there is one. */
  getTracerProvider(): TracerProvider;
  /** A tracer of the global provider, see {@link TracerProvider.getTracer}. */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer;
  /** Takes the global provider away; tracers that came from it record nothing until there is another. */
  disable(): void;
  /** A span that passes a span context on and records nothing. */
  wrapSpanContext: typeof wrapSpanContext;
  isSpanContextValid: typeof isSpanContextValid;
  deleteSpan: typeof deleteSpan;
  getSpan: typeof getSpan;
  getActiveSpan: typeof getActiveSpan;
  getSpanContext: typeof getSpanContext;
  setSpan: typeof setSpan;
  setSpanContext: typeof setSpanContext;
  /** Makes `span` the active one from here on, until the token is given back: see `context.attach` for when to use it. */
  setActiveSpan(span: Span): AttachedContext;
  /** Runs `fn` with `span` active, also in what it awaits, and returns what it returns. The span is not ended. */
  withActiveSpan<T>(span: Span, fn: (span: Span) => T): T;
}

/** What this copy registers: hands over to its delegate or, while it has none, to what another copy registered. */
class GlobalTracerProvider extends ProxyTracerProvider {
  override getDelegateTracer(name: string, version?: string, options?: TracerOptions): Tracer | undefined {
    const provider = this.delegate ?? readProvider();
    return provider === undefined ? undefined : tracerOf(provider, name, version, options);
  }
}

/** The proxy that this copy of the API puts into the global. */
export const ownTracerProvider: ProxyTracerProvider = new GlobalTracerProvider();

/** The registered provider, if it is somebody else's. */
function readProvider(): TracerProviderLike | undefined {
  const provider = readSlot('trace');
  if (typeof provider?.getTracer !== 'function' || provider === ownTracerProvider) return undefined;
  return provider;
}

function setGlobalTracerProvider(provider: TracerProviderLike): boolean {
  try {
    if (typeof provider?.getTracer !== 'function' || provider === ownTracerProvider) {
      diag.error('trace.setGlobalTracerProvider takes a TracerProvider; nothing was changed');
      return false;
    }
    if (ownTracerProvider.delegate === provider && readSlot('trace') === ownTracerProvider) return true;
    if (!readSlot('trace') && writeSlot('trace', ownTracerProvider, false)) {
      ownTracerProvider.setDelegate(provider);
      return true;
    }
  } catch {
    // A proxy that throws is no provider.
  }
  diag.error('A tracer provider is registered already; trace.setGlobalTracerProvider changed nothing');
  return false;
}

function getTracerProvider(): TracerProvider {
  const provider = readProvider();
  return provider === undefined ? ownTracerProvider : completeProvider(provider);
}

function getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
  return ownTracerProvider.getTracer(name, version, options);
}

function disable(): void {
  ownTracerProvider.delegate = undefined;
  clearSlot('trace');
}

function setActiveSpan(span: Span): AttachedContext {
  return contextApi.attach(setSpan(activeContext(), span));
}

function withActiveSpan<T>(span: Span, fn: (span: Span) => T): T {
  if (typeof fn !== 'function') return undefined as T;
  return runInContext(setSpan(activeContext(), span), fn, span);
}

/** Tracing: the global tracer provider, and spans in contexts. */
export const trace: TraceAPI = {
  setGlobalTracerProvider,
  getTracerProvider,
  getTracer,
  disable,
  wrapSpanContext,
  isSpanContextValid,
  deleteSpan,
  getSpan,
  getActiveSpan,
  getSpanContext,
  setSpan,
  setSpanContext,
  setActiveSpan,
  withActiveSpan,
};
