/**
 * The entry to the metrics signal: owns readers, views and what its meters share, the meters by their identity, and the
 * life of its readers. See metrics/sdk.md#meterprovider.
 */
import type { MeterProvider as ApiMeterProvider, Meter, MeterOptions } from '../../api/metrics/meter.ts';
import { NOOP_METER } from '../../api/metrics/noop-meter.ts';
import { markNative } from '../../api/native.ts';
import { Clock } from '../common/clock.ts';
import { resourceForProvider } from '../common/default-resource.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { checkedConfigurator, configOf } from '../common/scope-configurator.ts';
import { ScopeRegistry } from '../common/scope-registry.ts';
import { Lifecycle, settleAll } from '../pipeline/lifecycle.ts';
import { requireMethods } from '../pipeline/options.ts';
import { MetricCollector } from './collector.ts';
import { type ExemplarFilter, resolveExemplarFilter } from './exemplar/filter.ts';
import { MeterImpl } from './meter.ts';
import type { MeterConfigurator } from './meter-configurator.ts';
import { MeterSettings } from './meter-settings.ts';
import { type IMetricReader, MetricReader } from './reader.ts';
import { checkViews, type ViewOptions } from './view.ts';
import { checkViewMatchingMode, type ViewMatchingMode } from './view-matching.ts';

/** What a MeterProvider can be given. */
export interface MeterProviderOptions {
  /** Merged over the default resource and `OTEL_RESOURCE_ATTRIBUTES`: what is given here wins. */
  readonly resource?: Resource | undefined;
  /** Each gets everything, independently of the others. A reader serves one provider. */
  readonly readers?: readonly IMetricReader[] | undefined;
  /** What becomes of instruments; one that no view selects has the reader's defaults. */
  readonly views?: readonly ViewOptions[] | undefined;
  /**
   * What views make that select the same instrument: a stream each, or one together for each stream name. Default
   * independent.
   */
  readonly viewMatchingMode?: ViewMatchingMode | undefined;
  /** Which measurements may become exemplars. Default trace_based, or OTEL_METRICS_EXEMPLAR_FILTER. */
  readonly exemplarFilter?: ExemplarFilter | undefined;
  /** Switches meters on and off. Default: all are on. */
  readonly meterConfigurator?: MeterConfigurator | undefined;
}

/**
 * Gives out meters whose measurements the readers collect. After shutdown its meters do nothing. JavaScript runs one
 * call at a time: nothing here needs a lock.
 */
export class MeterProvider implements ApiMeterProvider {
  readonly #settings: MeterSettings;
  readonly #meters: ScopeRegistry<MeterImpl>;
  readonly #lifecycle: Lifecycle;
  #configurator: MeterConfigurator | undefined;

  /** @throws TypeError or RangeError naming the option, what was given and what is allowed */
  constructor(options: MeterProviderOptions = {}) {
    markNative(this);
    const readers = checkedReaders(options.readers ?? []);
    this.#configurator = checkedConfigurator('meterConfigurator', options.meterConfigurator);
    this.#settings = new MeterSettings(
      resourceForProvider(options.resource),
      checkViews(options.views),
      checkViewMatchingMode(options.viewMatchingMode),
      resolveExemplarFilter(options.exemplarFilter),
      new Clock(),
    );
    this.#meters = new ScopeRegistry(
      'meter',
      (scope) => new MeterImpl(scope, this.#settings, isEnabled(this.#configurator, scope)),
    );
    this.#settings.collectors = readers.map(
      (reader, index) => new MetricCollector(index, reader, this.#settings, () => this.#meters.values()),
    );
    for (const [index, reader] of readers.entries()) {
      reader.setMetricProducer(this.#settings.collectors[index]!);
      if (reader instanceof MetricReader) reader.reportTo(this);
    }
    this.#lifecycle = new Lifecycle({
      what: 'MeterProvider',
      stopTaking: () => this.#stop(),
      flush: (timeoutMillis) => this.#onAll(readers, 'forceFlush', timeoutMillis),
      closeFlushes: true,
      close: (timeoutMillis) => this.#onAll(readers, 'shutdown', timeoutMillis),
    });
  }

  /** The resource that all metrics of this provider carry. */
  get resource(): Resource {
    return this.#settings.resource;
  }

  /** The meter for an instrumentation scope; all four parameters are its identity. After shutdown it does nothing. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.#settings.isShutdown ? NOOP_METER : this.#meters.get(name, version, options);
  }

  /**
   * Replaces the configurator; meters that exist take their new configuration at once.
   * @throws TypeError for something that is no function
   */
  setMeterConfigurator(configurator: MeterConfigurator): void {
    this.#configurator = checkedConfigurator('meterConfigurator', configurator);
    for (const meter of this.#meters.values()) meter.isEnabled = isEnabled(configurator, meter.scope);
  }

  /** Settles when all readers have collected and exported; rejects, after at most 30 s by default, with what failed. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  /** Has every reader collect a last time and end. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  #stop(): void {
    this.#settings.isShutdown = true;
    for (const meter of this.#meters.values()) meter.stop();
  }

  #onAll(
    readers: readonly IMetricReader[],
    method: 'forceFlush' | 'shutdown',
    timeoutMillis: number,
  ): Promise<void> {
    const options = Number.isFinite(timeoutMillis) ? { timeoutMillis } : { timeoutMillis: 0 };
    return settleAll(
      `MeterProvider.${method}()`,
      readers.map(async (reader) => reader[method](options)),
    );
  }
}

function isEnabled(configurator: MeterConfigurator | undefined, scope: InstrumentationScope): boolean {
  return configOf('meter', configurator, scope)?.enabled ?? true;
}

function checkedReaders(readers: readonly IMetricReader[]): readonly IMetricReader[] {
  if (!Array.isArray(readers)) {
    throw new TypeError(`readers must be an array of MetricReader, got ${typeof readers}`);
  }
  for (const [index, reader] of readers.entries()) {
    requireMethods('MeterProvider', `readers[${index}]`, reader, [
      'setMetricProducer',
      'collect',
      'shutdown',
    ]);
  }
  return [...readers];
}
