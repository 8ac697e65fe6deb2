/**
 * The entry to the metrics signal: owns readers, views and what its meters share, the meters by their identity, and the
 * life of its readers. See metrics/sdk.md#meterprovider.
 */

import type { HrTime } from '../../api/common/time.ts';
import { ASLEEP } from '../../api/metrics/latent-meter.ts';
import type { MeterProvider as ApiMeterProvider, Meter, MeterOptions } from '../../api/metrics/meter.ts';
import { NOOP_METER } from '../../api/metrics/noop-meter.ts';
import { handOverAll } from '../../api/metrics/pending-callbacks.ts';
import { markNative } from '../../api/native.ts';
import { Clock, ticksToHrTime } from '../common/clock.ts';
import { resourceForProvider } from '../common/default-resource.ts';
import { report } from '../common/diagnostics.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { reportMisspelt } from '../common/option-names.ts';
import type { Resource } from '../common/resource.ts';
import { checkedConfigurator, configOf } from '../common/scope-configurator.ts';
import { Lifecycle, settleAll } from '../pipeline/lifecycle.ts';
import { requireParts } from '../pipeline/options.ts';
import { loadMeterEngine } from './deferred-meter-engine.ts';
import { type ExemplarFilter, resolveExemplarFilter } from './exemplar/filter.ts';
import type { MeterConfigurator } from './meter-configurator.ts';
import type { EngineOptions, MeterEngine } from './meter-engine.ts';
import type { CollectionResult } from './metric-data.ts';
import { type CollectionOptions, type IMetricReader, type MetricProducer, MetricReader } from './reader.ts';
import type { ViewOptions } from './view.ts';
import type { ViewMatchingMode } from './view-matching.ts';

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

const OPTIONS: readonly (keyof MeterProviderOptions)[] = [
  'resource',
  'readers',
  'views',
  'viewMatchingMode',
  'exemplarFilter',
  'meterConfigurator',
];

/**
 * Gives out meters whose measurements the readers collect. After shutdown its meters do nothing. JavaScript runs one
 * call at a time: nothing here needs a lock.
 *
 * It sleeps until somebody asks it for a meter or a reader collects: a start loads nothing of what measures. What only
 * lets itself be observed waits for that without waking it (api/metrics/latent-meter.ts).
 */
export class MeterProvider implements ApiMeterProvider {
  readonly #options: Omit<EngineOptions, 'isEnabled'>;
  /** When it was made, which is when the values of what lets itself be observed begin to count. */
  readonly #since: HrTime;
  readonly #lifecycle: Lifecycle;
  #configurator: MeterConfigurator | undefined;
  #engine: MeterEngine | undefined = undefined;
  #isShutdown = false;

  /** @throws TypeError or RangeError naming the option, what was given and what is allowed */
  constructor(options: MeterProviderOptions = {}) {
    markNative(this);
    reportMisspelt('MeterProvider', options, OPTIONS);
    const { resource, views, viewMatchingMode, exemplarFilter } = options;
    const readers = checkedReaders(options.readers ?? []);
    this.#configurator = checkedConfigurator('meterConfigurator', options.meterConfigurator);
    const clock = new Clock();
    this.#options = {
      resource: resourceForProvider(resource),
      readers,
      views: views === undefined ? [] : loadMeterEngine().checkViews(views),
      viewMatchingMode:
        viewMatchingMode === undefined
          ? 'independent'
          : loadMeterEngine().checkViewMatchingMode(viewMatchingMode),
      exemplars: resolveExemplarFilter(exemplarFilter),
      clock,
    };
    const ticks = clock.now();
    this.#since = ticksToHrTime(clock.anchor, ticks);
    for (const [index, reader] of readers.entries()) {
      reader.setMetricProducer(new WakingProducer(this.#wake, this.#awake, index));
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
    return this.#options.resource;
  }

  /** @internal Whether nobody has asked for a meter, and no reader has collected. */
  get [ASLEEP](): boolean {
    return this.#engine === undefined && !this.#isShutdown;
  }

  /** The meter for an instrumentation scope; all four parameters are its identity. After shutdown it does nothing. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    if (this.#isShutdown) return NOOP_METER;
    try {
      return this.#wake().getMeter(name, version, options);
    } catch (error) {
      report('error', 'metrics_not_loaded', 'Nothing is measured: what measures could not be loaded', error);
      return NOOP_METER;
    }
  }

  /**
   * Replaces the configurator; meters that exist take their new configuration at once.
   * @throws TypeError for something that is no function
   */
  setMeterConfigurator(configurator: MeterConfigurator): void {
    this.#configurator = checkedConfigurator('meterConfigurator', configurator);
    this.#engine?.configure();
  }

  /** Settles when all readers have collected and exported; rejects, after at most 30 s by default, with what failed. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  /** Has every reader collect a last time and end. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  readonly #awake = (): MeterEngine | undefined => this.#engine;

  /** @throws where its files are not there any more, or cannot be read */
  readonly #wake = (): MeterEngine => {
    if (this.#engine !== undefined) return this.#engine;
    const engine = new (loadMeterEngine().MeterEngine)({
      ...this.#options,
      isEnabled: (scope) => configOf('meter', this.#configurator, scope)?.enabled ?? true,
    });
    this.#engine = engine;
    engine.makeSince(this.#since, handOverAll);
    return engine;
  };

  #stop(): void {
    this.#isShutdown = true;
    this.#engine?.stop();
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

/** What a reader collects from: wakes the provider. */
class WakingProducer implements MetricProducer {
  readonly #wake: () => MeterEngine;
  readonly #awake: () => MeterEngine | undefined;
  readonly #index: number;

  constructor(wake: () => MeterEngine, awake: () => MeterEngine | undefined, index: number) {
    this.#wake = wake;
    this.#awake = awake;
    this.#index = index;
  }

  collect(options?: CollectionOptions): Promise<CollectionResult> {
    try {
      return this.#wake().collectors[this.#index]!.collect(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  collectNow(options?: CollectionOptions): CollectionResult {
    return this.#wake().collectors[this.#index]!.collectNow(options);
  }

  isPending(): boolean {
    return this.#awake()?.collectors[this.#index]?.isPending() === true;
  }
}

function checkedReaders(readers: readonly IMetricReader[]): readonly IMetricReader[] {
  return requireParts('MeterProvider', 'readers', readers, ['setMetricProducer', 'collect', 'shutdown']);
}
