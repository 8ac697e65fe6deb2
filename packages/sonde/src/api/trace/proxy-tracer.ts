/**
 * The tracer and provider that can be had before an SDK starts and come alive when it does. The global's slot `trace`
 * holds such a provider, because that is the shape in which every API copy registers.
 */
import type { Context } from '../context/context.ts';
import { bumpGeneration } from '../global.ts';
import { Late } from '../late.ts';
import { completeTracer, tracerOf } from './foreign-tracer.ts';
import { NOOP_TRACER } from './noop-tracer.ts';
import type { SpanOptions, StartedSpan } from './span.ts';
import type {
  Tracer,
  TracerEnabledOptions,
  TracerLike,
  TracerOptions,
  TracerProvider,
  TracerProviderLike,
} from './tracer.ts';

/** Knows the real tracer, or not yet. */
export interface TracerDelegator {
  /** A tracer of the real provider, undefined as long as there is none. */
  getDelegateTracer(name: string, version?: string, options?: TracerOptions): TracerLike | undefined;
}

/** A tracer that hands everything to the real one as soon as its provider knows that. */
export class ProxyTracer extends Late<Tracer> implements Tracer {
  readonly name: string;
  readonly version?: string;
  readonly options?: TracerOptions;
  /** @internal */
  readonly provider: TracerDelegator;

  constructor(provider: TracerDelegator, name: string, version?: string, options?: TracerOptions) {
    super(NOOP_TRACER, false);
    this.provider = provider;
    this.name = name;
    // Undefined where absent, so that all proxies have one shape; the official type does not admit it.
    this.version = version as string;
    this.options = options as TracerOptions;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): StartedSpan {
    return this.real().startSpan(name, options, context);
  }

  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    second: SpanOptions | F,
    third?: Context | F,
    fourth?: F,
  ): ReturnType<F> {
    return this.real().startActiveSpan(name, second as SpanOptions, third as Context, fourth as F);
  }

  withSpan<T>(
    name: string,
    second: SpanOptions | ((span: StartedSpan) => T),
    third?: Context | ((span: StartedSpan) => T),
    fourth?: (span: StartedSpan) => T,
  ): T {
    return this.real().withSpan(
      name,
      second as SpanOptions,
      third as Context,
      fourth as (span: StartedSpan) => T,
    );
  }

  enabled(options?: TracerEnabledOptions): boolean {
    return this.real().enabled(options);
  }

  /** @internal As long as there is no real tracer every call asks again. */
  find(): Tracer | undefined {
    try {
      const tracer = this.provider.getDelegateTracer(this.name, this.version, this.options);
      return tracer === undefined || tracer === null ? undefined : completeTracer(tracer);
    } catch {
      return undefined;
    }
  }
}

const NOOP_TRACER_PROVIDER: TracerProvider = { getTracer: () => NOOP_TRACER };

/** A provider that gives out proxies until it has a delegate, and that delegate's tracers from then on. */
export class ProxyTracerProvider implements TracerProvider {
  /** @internal */
  delegate: TracerProviderLike | undefined = undefined;

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return this.getDelegateTracer(name, version, options) ?? new ProxyTracer(this, name, version, options);
  }

  /** The real provider; one that does nothing as long as there is none. */
  getDelegate(): TracerProviderLike {
    return this.delegate ?? NOOP_TRACER_PROVIDER;
  }

  /** Makes `delegate` the real provider: the proxies given out so far come alive. */
  setDelegate(delegate: TracerProviderLike): void {
    this.delegate = delegate;
    bumpGeneration();
  }

  /** A tracer of the real provider, undefined as long as there is none. */
  getDelegateTracer(name: string, version?: string, options?: TracerOptions): Tracer | undefined {
    const { delegate } = this;
    return delegate === undefined ? undefined : tracerOf(delegate, name, version, options);
  }
}
