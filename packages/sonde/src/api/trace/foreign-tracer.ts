/**
 * Makes tracers and providers of other implementations look like ours. What the global holds may come from the official
 * SDK; whoever gets a tracer through this package still finds `enabled`, `withSpan` and spans that end themselves.
 * A failure of the foreign code is caught here, so that our callers never see it.
 */
import type { Context } from '../context/context.ts';
import { activeContext, runInContext } from '../context/context-api.ts';
import { diag } from '../diag/diag.ts';
import { overlay } from '../overlay.ts';
import { disposable } from './disposable-span.ts';
import { activeSpanCall, NOOP_TRACER } from './noop-tracer.ts';
import type { SpanOptions, StartedSpan } from './span.ts';
import { setSpan } from './span-in-context.ts';
import type {
  Tracer,
  TracerEnabledOptions,
  TracerLike,
  TracerOptions,
  TracerProvider,
  TracerProviderLike,
} from './tracer.ts';
import { withSpan } from './with-span.ts';

/** A tracer of ours is taken as it is: it has both methods that no other implementation has. */
export function completeTracer(tracer: TracerLike): Tracer {
  const { enabled, withSpan } = tracer as Partial<Tracer>;
  if (typeof enabled === 'function' && typeof withSpan === 'function') return tracer as Tracer;
  return new ForeignTracer(tracer);
}

class ForeignTracer implements Tracer {
  private readonly tracer: TracerLike;

  constructor(tracer: TracerLike) {
    this.tracer = tracer;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): StartedSpan {
    try {
      return disposable(this.tracer.startSpan(name, options, context));
    } catch (error) {
      diag.error('The registered tracer threw; a span is left out', error);
      return NOOP_TRACER.startSpan(name, options, context);
    }
  }

  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    second: SpanOptions | F,
    third?: Context | F,
    fourth?: F,
  ): ReturnType<F> {
    const call = activeSpanCall(second, third, fourth);
    if (call === undefined) return undefined as ReturnType<F>;
    const parent = call.context ?? activeContext();
    const span = this.startSpan(name, call.options, parent);
    return runInContext(setSpan(parent, span), call.fn as (span: StartedSpan) => ReturnType<F>, span);
  }

  withSpan<T>(
    name: string,
    second: SpanOptions | ((span: StartedSpan) => T),
    third?: Context | ((span: StartedSpan) => T),
    fourth?: (span: StartedSpan) => T,
  ): T {
    return withSpan(this, name, second as SpanOptions, third as Context, fourth as (span: StartedSpan) => T);
  }

  enabled(options?: TracerEnabledOptions): boolean {
    try {
      return this.tracer.enabled?.(options) ?? true;
    } catch {
      return true;
    }
  }
}

/** Asks any provider for a tracer; one that records nothing when it throws. */
export function tracerOf(
  provider: TracerProviderLike,
  name: string,
  version: string | undefined,
  options: TracerOptions | undefined,
): Tracer {
  try {
    return completeTracer(provider.getTracer(name, version, options));
  } catch (error) {
    diag.error('The registered tracer provider threw; its spans are left out', error);
    return NOOP_TRACER;
  }
}

/** `provider` with complete tracers; the same answer for the same provider. */
export function completeProvider(provider: TracerProviderLike): TracerProvider {
  return overlay(provider, {
    getTracer: (name: string, version?: string, options?: TracerOptions) =>
      tracerOf(provider, name, version, options),
  });
}
