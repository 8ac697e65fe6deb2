/** A metric stream of one reader: what an instrument, a view and the reader's own choices come to. */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { activeContext } from '../../api/context/context-api.ts';
import type { Clock } from '../common/clock.ts';
import { ticksToHrTime } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import { requireMethods } from '../pipeline/options.ts';
import type { Aggregation } from './aggregation/aggregation.ts';
import type { InstrumentType } from './aggregation-option.ts';
import type { AttributesProcessor } from './attributes-processor.ts';
import type { ExemplarReservoir, ExemplarReservoirFactory } from './exemplar/reservoir.ts';
import { AggregationTemporality, type MetricData, type MetricDescriptor } from './metric-data.ts';
import type { AttributesTest } from './metric-filter.ts';

/** Everything that is settled when a stream is made. */
export interface StreamSettings {
  readonly descriptor: MetricDescriptor;
  readonly instrumentType: InstrumentType;
  readonly aggregation: Aggregation;
  readonly temporality: AggregationTemporality;
  /** The most series, beside the one for what there is no room for. */
  readonly limit: number;
  /** Which keys of the attributes are kept; undefined keeps all. */
  readonly keeps: ((key: string) => boolean) | undefined;
  /** A processor of the application's own, before `keeps`. */
  readonly processor: AttributesProcessor | undefined;
  readonly makeReservoir: ExemplarReservoirFactory;
  /** One of the constants of exemplar/filter.ts. */
  readonly exemplars: number;
  readonly clock: Clock;
  /** When the values of an observable instrument began to count, where that was before the stream was made. */
  readonly since: HrTime | undefined;
}

/** What a collector asks of a stream, whatever its instrument. */
export interface Stream {
  readonly settings: StreamSettings;
  /** The points of this collection, or undefined when there are none. */
  take(endTime: HrTime, test: AttributesTest | undefined): MetricData | undefined;
  /** Whether there is something that no collection has taken yet. */
  isPending(): boolean;
}

/** A metric around points. */
export function metricOf(settings: StreamSettings, dataPoints: readonly unknown[]): MetricData | undefined {
  if (dataPoints.length === 0) return undefined;
  const { descriptor, aggregation, temporality } = settings;
  return {
    descriptor,
    aggregationTemporality: temporality,
    dataPointType: aggregation.pointType,
    dataPoints,
    ...(aggregation.pointType === SUM ? { isMonotonic: aggregation.isMonotonic } : undefined),
  } as MetricData;
}

const SUM = 3;

/** How long, in milliseconds, series that begin one after another share the object of their start time. */
const SHARED_START_MILLIS = 1;

/** Start times of series: those that begin within a millisecond share one tuple, which saves 64 bytes a series. */
export class StartTimes {
  readonly #clock: Clock;
  #ticks: number;
  #time: HrTime;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#ticks = clock.now();
    this.#time = ticksToHrTime(clock.anchor, this.#ticks);
  }

  now(): HrTime {
    const ticks = this.#clock.now();
    if (ticks - this.#ticks >= SHARED_START_MILLIS) {
      this.#ticks = ticks;
      this.#time = ticksToHrTime(this.#clock.anchor, ticks);
    }
    return this.#time;
  }
}

/** What an application's processor makes of the attributes; one that throws leaves them as they are. */
export function processed(
  processor: AttributesProcessor,
  attributes: Attributes | undefined,
  context: ReturnType<typeof activeContext> | undefined,
): Attributes {
  try {
    return processor.process(attributes ?? {}, context);
  } catch (error) {
    report(
      'error',
      'attributes_processor',
      'The attributes of a measurement stay as they are: a processor of a view threw',
      error,
    );
    return attributes ?? {};
  }
}

export function makeSeriesReservoir(settings: StreamSettings): ExemplarReservoir {
  try {
    const reservoir = settings.makeReservoir();
    requireMethods('View', 'exemplarReservoir()', reservoir, ['offer', 'collect']);
    return reservoir;
  } catch (error) {
    report(
      'error',
      'exemplar_reservoir',
      'A default exemplar reservoir is used: the one of a view could not be made',
      error,
    );
    return settings.aggregation.makeReservoir();
  }
}

export function isDelta(settings: StreamSettings): boolean {
  return settings.temporality === AggregationTemporality.DELTA;
}
