/**
 * The collections of one reader: its choices, and the rounds in which callbacks are asked and streams are read. Streams
 * are the reader's own, so a collection of one reader changes nothing for another.
 *
 *   begin    time, callbacks called, streams of synchronous instruments read: one turn, one timestamp
 *   wait     for callbacks that return promises, up to the bound; what they observe later is disregarded
 *   finish   streams of observable instruments read
 */
import type { HrTime } from '../../api/common/time.ts';
import { shown } from '../../internal/shown.ts';
import { ticksToHrTime } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import { SELF_SCOPE } from '../common/self-metrics.ts';
import { type PipelineHost, platformHost } from '../pipeline/host.ts';
import { problemOf } from './aggregation/check-option.ts';
import { type AggregationOption, AggregationType, type InstrumentType } from './aggregation-option.ts';
import { Collection } from './collection.ts';
import {
  DEFAULT_CARDINALITY_LIMIT,
  DEFAULT_COLLECTION_TIMEOUT_MILLIS,
  isCardinalityLimit,
} from './limits.ts';
import type { MeterImpl } from './meter.ts';
import type { MeterSettings } from './meter-settings.ts';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricDescriptor,
} from './metric-data.ts';
import type { CollectionOptions, IMetricReader, MetricProducer } from './reader.ts';

export class MetricCollector implements MetricProducer {
  /** Its place among the provider's readers. */
  readonly index: number;
  readonly #reader: IMetricReader;
  readonly #settings: MeterSettings;
  readonly #meters: () => Iterable<MeterImpl>;
  readonly #host: PipelineHost;
  #running: Promise<unknown> | undefined;
  /** The collection that waits for callbacks. */
  #waiting: Collection | undefined;

  constructor(
    index: number,
    reader: IMetricReader,
    settings: MeterSettings,
    meters: () => Iterable<MeterImpl>,
    host: PipelineHost = platformHost,
  ) {
    this.index = index;
    this.#reader = reader;
    this.#settings = settings;
    this.#meters = meters;
    this.#host = host;
  }

  /** Collections of one reader follow one another: every callback of a round has ended before the next one begins. */
  collect(options: CollectionOptions = {}): Promise<CollectionResult> {
    const before = this.#running;
    const result = before === undefined ? this.#collect(options) : before.then(() => this.#collect(options));
    const ended = result.then(
      () => {},
      () => {},
    );
    this.#running = ended;
    void ended.then(() => {
      if (this.#running === ended) this.#running = undefined;
    });
    return result;
  }

  /**
   * A collection in this very call, for a process that ends: what callbacks would give later is not in it. One that waits
   * for callbacks ends here, with what it has taken, and has nothing left to deliver.
   */
  collectNow(options: CollectionOptions = {}): CollectionResult {
    const waiting = this.#waiting;
    waiting?.abandon();
    const before = waiting?.finish();
    const collection = this.#begin(options);
    collection.abandon();
    const last = collection.finish();
    return before === undefined ? last : joined(before, last);
  }

  /**
   * Whether synchronous instruments have measured something that no collection has taken yet, or that one has taken and
   * not given, because it waits. What the SDK measures of
   * itself does not count: every collection adds to it, and there would always be one more to make.
   */
  isPending(): boolean {
    if (this.#waiting?.hasTaken() === true) return true;
    for (const meter of this.#meters()) {
      if (meter.scope.name === SELF_SCOPE) continue;
      if (meter.streamsOf(this.index).some((stream) => stream.isPending())) return true;
    }
    return false;
  }

  selectAggregation(type: InstrumentType): AggregationOption {
    return this.#choice('aggregation', { type: AggregationType.DEFAULT }, () => {
      const option = this.#reader.selectAggregation(type);
      const problem = problemOf(option);
      if (problem !== undefined) throw new RangeError(problem);
      return option;
    });
  }

  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return this.#choice('temporality', AggregationTemporality.CUMULATIVE, () => {
      const temporality = this.#reader.selectAggregationTemporality(type);
      if (temporality === AggregationTemporality.DELTA || temporality === AggregationTemporality.CUMULATIVE) {
        return temporality;
      }
      throw new RangeError(`${shown(temporality)} is no AggregationTemporality`);
    });
  }

  /** Readers of earlier versions of the official SDK have no such method. */
  selectCardinalityLimit(type: InstrumentType): number {
    return this.#choice('cardinality limit', DEFAULT_CARDINALITY_LIMIT, () => {
      const limit = this.#reader.selectCardinalityLimit?.(type) ?? DEFAULT_CARDINALITY_LIMIT;
      if (isCardinalityLimit(limit)) return limit;
      throw new RangeError(`${shown(limit)} is no whole number from 1 on`);
    });
  }

  /** What a reader chooses, which may be anybody's code. */
  #choice<T>(what: string, otherwise: T, choose: () => T): T {
    try {
      return choose();
    } catch (error) {
      report('error', 'reader_choice', `A metric reader's ${what} cannot be used: the default is`, error);
      return otherwise;
    }
  }

  async #collect(options: CollectionOptions): Promise<CollectionResult> {
    const collection = this.#begin(options);
    this.#waiting = collection;
    const timeoutMillis = options.timeoutMillis ?? DEFAULT_COLLECTION_TIMEOUT_MILLIS;
    await collection.settled(timeoutMillis, options.isBackground === true, this.#host);
    if (this.#waiting === collection) this.#waiting = undefined;
    return collection.finish();
  }

  #begin(options: CollectionOptions): Collection {
    const { clock, resource } = this.#settings;
    const ticks = clock.now();
    const time: HrTime = ticksToHrTime(clock.anchor, ticks);
    return new Collection(this.index, resource, this.#meters(), time, options.metricFilter);
  }
}

/** Both, but for metrics of the first that the second has anew: totals, not differences. */
function joined(first: CollectionResult, second: CollectionResult): CollectionResult {
  const { resource, scopeMetrics } = second.resourceMetrics;
  const anew = new Map<MetricDescriptor, MetricData>();
  for (const { metrics } of scopeMetrics) for (const metric of metrics) anew.set(metric.descriptor, metric);
  const isNeeded = (metric: MetricData): boolean => {
    const later = anew.get(metric.descriptor);
    const isTotal =
      metric.dataPointType === DataPointType.GAUGE ||
      metric.aggregationTemporality === AggregationTemporality.CUMULATIVE;
    return !isTotal || later === undefined || later.dataPoints.length < metric.dataPoints.length;
  };
  const kept = first.resourceMetrics.scopeMetrics
    .map(({ scope, metrics }) => ({ scope, metrics: metrics.filter(isNeeded) }))
    .filter(({ metrics }) => metrics.length > 0);
  return {
    resourceMetrics: { resource, scopeMetrics: [...kept, ...scopeMetrics] },
    errors: [...first.errors, ...second.errors],
  };
}
