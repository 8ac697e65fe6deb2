/**
 * The entry to the traces signal: owns the configuration that its tracers share, the tracers by their identity, and the
 * life of its processors. See trace/sdk.md#tracer-provider.
 */
import type { ContextManager } from '../../api/context/context-manager.ts';
import type { MeterProvider } from '../../api/metrics/meter.ts';
import type { TextMapPropagator } from '../../api/propagation/text-map.ts';
import { NOOP_TRACER } from '../../api/trace/noop-tracer.ts';
import type { TracerProvider as ApiTracerProvider, Tracer, TracerOptions } from '../../api/trace/tracer.ts';
import { Clock } from '../common/clock.ts';
import { resourceForProvider } from '../common/default-resource.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { completeGlobals, registerProvider } from '../common/globals.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { reportMisspelt } from '../common/option-names.ts';
import type { Resource } from '../common/resource.ts';
import { checkedConfigurator, configOf } from '../common/scope-configurator.ts';
import { ScopeRegistry } from '../common/scope-registry.ts';
import { selfMetrics } from '../common/self-metrics.ts';
import { Lifecycle } from '../pipeline/lifecycle.ts';
import { requireMethods, requireParts } from '../pipeline/options.ts';
import type { IdGenerator } from './id-generator.ts';
import { resolveSpanLimits, type SpanLimits } from './limits.ts';
import type { SpanProcessor } from './processor.ts';
import { samplerFromEnvironment } from './samplers/environment.ts';
import type { Sampler } from './samplers/sampler.ts';
import { spanCounts } from './self-metrics.ts';
import { TracerImpl } from './tracer.ts';
import type { TracerConfigurator } from './tracer-configurator.ts';
import { disabledSettings, TracerSettings } from './tracer-settings.ts';

/** What a TracerProvider can be given. */
export interface TracerProviderOptions {
  /** Default `OTEL_TRACES_SAMPLER`, else ParentBased(root=AlwaysOn). */
  readonly sampler?: Sampler | undefined;
  readonly spanLimits?: SpanLimits | undefined;
  /** Merged over the default resource and `OTEL_RESOURCE_ATTRIBUTES`: what is given here wins. */
  readonly resource?: Resource | undefined;
  /** Default random ids. */
  readonly idGenerator?: IdGenerator | undefined;
  /** In the order in which they are to be called. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined;
  /** Switches tracers on and off by their scope. Default: all are on. */
  readonly tracerConfigurator?: TracerConfigurator | undefined;
  /** Where the SDK records metrics about itself. Default the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const OPTIONS: readonly (keyof TracerProviderOptions)[] = [
  'sampler',
  'spanLimits',
  'resource',
  'idGenerator',
  'spanProcessors',
  'tracerConfigurator',
  'meterProvider',
];

/** What `register` takes: the parts of the API's global that go with the provider. */
export interface ProviderRegistration {
  /** Default W3C Trace Context and W3C Baggage; null registers none. */
  readonly propagator?: TextMapPropagator | null | undefined;
  /** Default the SDK's own; null registers none. */
  readonly contextManager?: ContextManager | null | undefined;
}

/**
 * Gives out tracers whose spans go to the given processors. Everything about it may be used while the program runs;
 * after shutdown its tracers do nothing. JavaScript runs one call at a time: nothing here needs a lock.
 */
export class TracerProvider implements ApiTracerProvider {
  readonly #settings: TracerSettings;
  readonly #tracers: ScopeRegistry<TracerImpl>;
  readonly #disabled: TracerSettings;
  readonly #lifecycle: Lifecycle;
  #processors: readonly SpanProcessor[];
  #configurator: TracerConfigurator | undefined;
  #isGlobal = false;

  /** @throws TypeError naming the option, what was given and what is allowed */
  constructor(options: TracerProviderOptions = {}) {
    reportMisspelt('TracerProvider', options, OPTIONS);
    this.#processors = checkedProcessors(options.spanProcessors ?? []);
    this.#configurator = checkedConfigurator('tracerConfigurator', options.tracerConfigurator);
    this.#settings = new TracerSettings(
      resourceForProvider(options.resource),
      resolveSpanLimits(options.spanLimits),
      new Clock(),
      checkedSampler(options.sampler ?? samplerFromEnvironment()),
      options.idGenerator,
      spanCounts(selfMetrics(options.meterProvider)),
      this.#processors,
    );
    this.#disabled = disabledSettings(this.#settings);
    this.#tracers = new ScopeRegistry('tracer', (scope) => new TracerImpl(scope, this.#settingsFor(scope)));
    this.#lifecycle = new Lifecycle({
      what: 'TracerProvider',
      stopTaking: () => {
        this.#settings.isShutdown = true;
      },
      flush: (timeoutMillis) => this.#settings.processor.forceFlush({ timeoutMillis }),
      // A processor's shutdown flushes, and only it tells its exporter that nothing comes after.
      closeFlushes: true,
      close: (timeoutMillis) => this.#settings.processor.shutdown({ timeoutMillis }),
    });
  }

  /** The resource that all spans of this provider carry. */
  get resource(): Resource {
    return this.#settings.resource;
  }

  /**
   * The tracer for an instrumentation scope; all four parameters are its identity. An invalid name is said and taken as
   * empty. After shutdown the tracer does nothing.
   */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    if (!this.#isGlobal) this.#isGlobal = completeGlobals(this);
    return this.#settings.isShutdown ? NOOP_TRACER : this.#tracers.get(name, version, options);
  }

  /** Adds a processor behind those there are; spans that have started already end in it too. */
  addSpanProcessor(processor: SpanProcessor): void {
    this.#processors = checkedProcessors([...this.#processors, processor]);
    this.#settings.setProcessors(this.#processors);
  }

  /**
   * Replaces the configurator; tracers that exist take their new configuration at once, spans that have begun go on.
   * @throws TypeError for something that is no function
   */
  setTracerConfigurator(configurator: TracerConfigurator): void {
    this.#configurator = checkedConfigurator('tracerConfigurator', configurator);
    for (const tracer of this.#tracers.values()) tracer.settings = this.#settingsFor(tracer.scope);
  }

  /**
   * Makes this provider the global one of the API, with a context manager and propagators, each where the place is free.
   * The official SDK's NodeTracerProvider has the same method.
   */
  register(registration: ProviderRegistration = {}): void {
    registerProvider(this, registration);
    this.#isGlobal = true;
  }

  /** Settles when everything ended before the call is exported; rejects, after at most 30 s by default, with what failed. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  /** Flushes, then shuts every processor down. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  #settingsFor(scope: InstrumentationScope): TracerSettings {
    const enabled = configOf('tracer', this.#configurator, scope)?.enabled ?? true;
    return enabled ? this.#settings : this.#disabled;
  }

  /** @internal Where tests of the 1.x line look for the processors. */
  get _activeSpanProcessor(): { readonly _spanProcessors: readonly SpanProcessor[] } {
    return { _spanProcessors: this.#processors };
  }
}

function checkedProcessors(processors: readonly SpanProcessor[]): readonly SpanProcessor[] {
  return requireParts('TracerProvider', 'spanProcessors', processors, ['onStart', 'onEnd']);
}

function checkedSampler(sampler: Sampler): Sampler {
  requireMethods('TracerProvider', 'sampler', sampler, ['shouldSample']);
  return sampler;
}
