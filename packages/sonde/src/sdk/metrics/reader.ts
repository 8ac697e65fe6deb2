/**
 * The stage of metrics: asks for a collection and hands it on. Here are the shapes that readers and the provider know
 * each other by, and the base class of readers, all those of the official SDK (specification:
 * metrics/sdk.md#metricreader).
 */
import type { MeterProvider } from '../../api/metrics/meter.ts';
import { shown } from '../../internal/shown.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { Lifecycle } from '../pipeline/lifecycle.ts';
import { requireMethods } from '../pipeline/options.ts';
import { type AggregationOption, AggregationType, type InstrumentType } from './aggregation-option.ts';
import { loadMeterEngine } from './deferred-meter-engine.ts';
import { type CardinalitySelector, DEFAULT_CARDINALITY_LIMIT } from './limits.ts';
import { AggregationTemporality, type CollectionResult } from './metric-data.ts';
import type { MetricFilter } from './metric-filter.ts';
import type { ForeignProducers } from './produced.ts';
import { CollectionTimer } from './self-metrics.ts';

/** Bounds of a collection. */
export interface CollectionOptions {
  /** Milliseconds that asynchronous callbacks, and producers, may take. Default 30,000; 0 and Infinity are no bound. */
  readonly timeoutMillis?: number | undefined;
  /** What is wanted. Default: everything. */
  readonly metricFilter?: MetricFilter | undefined;
  /** @internal Nobody awaits it: a callback that hangs must not keep the process alive. */
  readonly isBackground?: boolean | undefined;
}

/** Gives metrics: the SDK's own state for one reader, or a bridge from elsewhere (metrics/sdk.md#metricproducer). */
export interface MetricProducer {
  collect(options?: CollectionOptions): Promise<CollectionResult>;
}

/** A reader as the MeterProvider sees it. */
export interface IMetricReader {
  /** Called once, by the provider that takes the reader in. */
  setMetricProducer(metricProducer: MetricProducer): void;
  selectAggregation(instrumentType: InstrumentType): AggregationOption;
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality;
  /** The most series of one metric stream. */
  selectCardinalityLimit(instrumentType: InstrumentType): number;
  collect(options?: CollectionOptions): Promise<CollectionResult>;
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  shutdown(options?: ForceFlushOptions): Promise<void>;
}

/** Chooses the aggregation of instruments that no view chooses one for. */
export type AggregationSelector = (instrumentType: InstrumentType) => AggregationOption;

/** Chooses whether points count from the start or from the last collection. */
export type AggregationTemporalitySelector = (instrumentType: InstrumentType) => AggregationTemporality;

/** What every reader can be given. Selectors are asked once for each instrument. */
export interface MetricReaderOptions {
  /** Default: the specification's for the kind of instrument. */
  readonly aggregationSelector?: AggregationSelector | undefined;
  /** Default: cumulative. */
  readonly aggregationTemporalitySelector?: AggregationTemporalitySelector | undefined;
  /** Default: 2000 series for each stream. */
  readonly cardinalitySelector?: CardinalitySelector | undefined;
  /** Bridges whose metrics are collected as well. Their resource does not count. */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** What is wanted of the SDK's metrics and of the producers'. Default: everything. */
  readonly metricFilter?: MetricFilter | undefined;
  /** Its `otel.component.type` in the SDK's own metrics. Default: the name of the class. */
  readonly otelComponentType?: string | undefined;
}

const SELECTORS = ['aggregationSelector', 'aggregationTemporalitySelector', 'cardinalitySelector'] as const;
const DEFAULT_AGGREGATION: AggregationOption = { type: AggregationType.DEFAULT };

/**
 * What readers have in common: the choices, one provider for life, collections of the SDK and of other producers, and
 * a life that ends once. `collect` and `shutdown` may be called at any time, also at the same time.
 */
export abstract class MetricReader implements IMetricReader {
  readonly #options: MetricReaderOptions;
  readonly #others: ForeignProducers | undefined;
  readonly #lifecycle: Lifecycle;
  readonly #timer: CollectionTimer;
  #producer: MetricProducer | undefined;
  #isClosed = false;

  /** @throws TypeError naming the option, what was given and what is allowed */
  constructor(options: MetricReaderOptions = {}) {
    const owner = this.constructor.name;
    this.#options = options;
    this.#timer = new CollectionTimer(options.otelComponentType ?? owner);
    for (const selector of SELECTORS) {
      const given: unknown = options[selector];
      if (given !== undefined && typeof given !== 'function')
        throw new TypeError(
          `${owner}: ${selector} must be a function of the instrument's kind, got ${shown(given)}`,
        );
    }
    const { metricProducers = [] } = options;
    if (!Array.isArray(metricProducers))
      throw new TypeError(`${owner}: metricProducers must be a list, got ${shown(metricProducers)}`);
    for (const [index, producer] of metricProducers.entries()) {
      requireMethods(owner, `metricProducers[${index}]`, producer, ['collect']);
    }
    this.#others =
      metricProducers.length === 0
        ? undefined
        : new (loadMeterEngine().ForeignProducers)(owner, metricProducers);
    if (options.metricFilter !== undefined) {
      requireMethods(owner, 'metricFilter', options.metricFilter, ['testMetric']);
    }
    this.#lifecycle = new Lifecycle({
      what: owner,
      flush: () => this.onForceFlush(),
      closeFlushes: true,
      close: async (timeoutMillis) => {
        try {
          await this.onShutdown(timeoutMillis);
        } finally {
          this.#isClosed = true;
          this.#timer.close();
        }
      },
    });
  }

  /** Called by the provider that takes the reader in. @throws Error when it has one already */
  setMetricProducer(metricProducer: MetricProducer): void {
    if (this.#producer !== undefined) {
      throw new Error(
        `${this.constructor.name} is bound to a MeterProvider already: a reader serves one provider`,
      );
    }
    this.#producer = metricProducer;
    this.onInitialized();
  }

  selectAggregation(instrumentType: InstrumentType): AggregationOption {
    return this.#options.aggregationSelector?.(instrumentType) ?? DEFAULT_AGGREGATION;
  }

  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    const { aggregationTemporalitySelector } = this.#options;
    return aggregationTemporalitySelector?.(instrumentType) ?? AggregationTemporality.CUMULATIVE;
  }

  selectCardinalityLimit(instrumentType: InstrumentType): number {
    return this.#options.cardinalitySelector?.(instrumentType) ?? DEFAULT_CARDINALITY_LIMIT;
  }

  /**
   * Asks the SDK and the other producers for their metrics. Rejects before a provider has taken the reader in, and after
   * shutdown; what callbacks throw, and producers that fail or do not answer in time, are in `errors`.
   */
  async collect(options: CollectionOptions = {}): Promise<CollectionResult> {
    if (this.#producer === undefined) {
      throw new Error(`${this.constructor.name} cannot collect: no MeterProvider has taken it in`);
    }
    if (this.#isClosed) throw new Error(`${this.constructor.name} cannot collect: it is shut down`);
    const { metricFilter = this.#options.metricFilter, timeoutMillis, isBackground } = options;
    const asked = { timeoutMillis, metricFilter, isBackground };
    const producer = this.#producer;
    const own = (): Promise<CollectionResult> => producer.collect(asked);
    return this.#timer.measure(() => this.#others?.collectWith(own, asked) ?? own());
  }

  /** Flushes, then ends for good. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  /** Collects and passes on what there is; rejects with what failed, after 30 s by default. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  /** @internal Where the reader's own metrics go: to the provider that it serves. */
  reportTo(meterProvider: MeterProvider): void {
    this.#timer.reportTo(meterProvider);
  }

  /** @internal A collection in this very call, where the SDK can; for a process that ends. */
  collectNow(): CollectionResult | undefined {
    const producer = this.#producer as { collectNow?: MetricProducer['collect'] } | undefined;
    if (this.#isClosed || typeof producer?.collectNow !== 'function') return undefined;
    const { metricFilter } = this.#options;
    return producer.collectNow({ metricFilter }) as unknown as CollectionResult;
  }

  /** @internal Whether something was measured since the last collection. */
  isPending(): boolean {
    const producer = this.#producer as { isPending?: () => boolean } | undefined;
    return !this.#isClosed && producer?.isPending?.() === true;
  }

  /** Called when a provider has taken the reader in. */
  protected onInitialized(): void {}

  /**
   * Ends what the reader stands on, after a last collection if it pushes. `collect` works until it has settled.
   * `timeoutMillis` is how long the caller waits; Infinity is no bound.
   */
  protected abstract onShutdown(timeoutMillis: number): Promise<void>;

  /** Collects and passes on, if the reader pushes. */
  protected abstract onForceFlush(): Promise<void>;
}
