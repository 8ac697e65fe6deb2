/** From a choice of aggregation to the thing that aggregates (specification: metrics/sdk.md#aggregation). */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { AggregationType, InstrumentType, type ViewAggregationOption } from '../aggregation-option.ts';
import { reservoirOfSeries } from '../exemplar/aligned-reservoir.ts';
import type { ExemplarReservoir } from '../exemplar/reservoir.ts';
import { SimpleFixedSizeExemplarReservoir } from '../exemplar/simple-reservoir.ts';
import { DataPointType } from '../metric-data.ts';
import { DEFAULT_BOUNDARIES, ExplicitHistogramSeries } from './explicit-histogram.ts';
import { ExponentialHistogramSeries } from './exponential-histogram.ts';
import { MAX_SCALE } from './exponential-mapping.ts';
import { NumberSeries } from './number-series.ts';
import { REPLACES, type Series } from './series.ts';

/** metrics/sdk.md#base2-exponential-bucket-histogram-aggregation. */
const DEFAULT_MAX_SIZE = 160;
/** metrics/sdk.md#exemplar-defaults. */
const MOST_EXPONENTIAL_EXEMPLARS = 20;

/** What a stream aggregates with. */
export interface Aggregation {
  readonly pointType: DataPointType;
  /** Of sums. */
  readonly isMonotonic: boolean;
  makeSeries(attributes: Attributes, startTime: HrTime): Series;
  /** The reservoir when the view chooses none (metrics/sdk.md#exemplar-defaults). */
  makeReservoir(): ExemplarReservoir;
}

export function isObservable(type: InstrumentType): boolean {
  return (
    type === InstrumentType.OBSERVABLE_COUNTER ||
    type === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER ||
    type === InstrumentType.OBSERVABLE_GAUGE
  );
}

/** Sums and histograms of it only rise. For all others a sum over a distribution means nothing. */
export function isMonotonic(type: InstrumentType): boolean {
  return (
    type === InstrumentType.COUNTER ||
    type === InstrumentType.HISTOGRAM ||
    type === InstrumentType.OBSERVABLE_COUNTER
  );
}

function isGauge(type: InstrumentType): boolean {
  return type === InstrumentType.GAUGE || type === InstrumentType.OBSERVABLE_GAUGE;
}

/** True where the aggregation makes no sense for the instrument: a histogram of totals that are asked for. */
export function isContradiction(option: ViewAggregationOption, type: InstrumentType): boolean {
  const { EXPLICIT_BUCKET_HISTOGRAM, EXPONENTIAL_HISTOGRAM } = AggregationType;
  const isHistogram = option.type === EXPLICIT_BUCKET_HISTOGRAM || option.type === EXPONENTIAL_HISTOGRAM;
  return isHistogram && isObservable(type);
}

/**
 * The aggregation, undefined for drop. `advised` are the bounds that the instrument's author advises: they count where
 * the choice names none.
 */
export function makeAggregation(
  option: ViewAggregationOption,
  type: InstrumentType,
  advised: readonly number[] | undefined,
): Aggregation | undefined {
  switch (option.type) {
    case AggregationType.DROP:
      return undefined;
    case AggregationType.SUM:
      return sum(type);
    case AggregationType.LAST_VALUE:
      return LAST_VALUE;
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM:
      return explicitHistogram(option, type, advised);
    case AggregationType.EXPONENTIAL_HISTOGRAM:
      return exponentialHistogram(option, type);
    default:
      if (type === InstrumentType.HISTOGRAM) return explicitHistogram(undefined, type, advised);
      return isGauge(type) ? LAST_VALUE : sum(type);
  }
}

const oneExemplar = (): ExemplarReservoir => new SimpleFixedSizeExemplarReservoir();

const LAST_VALUE: Aggregation = {
  pointType: DataPointType.GAUGE,
  isMonotonic: false,
  makeSeries: (attributes, startTime) => new NumberSeries(attributes, startTime, REPLACES),
  makeReservoir: oneExemplar,
};

function sum(type: InstrumentType): Aggregation {
  return {
    pointType: DataPointType.SUM,
    isMonotonic: isMonotonic(type),
    makeSeries: (attributes, startTime) => new NumberSeries(attributes, startTime, 0),
    makeReservoir: oneExemplar,
  };
}

function explicitHistogram(
  option:
    | Extract<ViewAggregationOption, { type: typeof AggregationType.EXPLICIT_BUCKET_HISTOGRAM }>
    | undefined,
  type: InstrumentType,
  advised: readonly number[] | undefined,
): Aggregation {
  const given = option?.options?.boundaries ?? advised ?? DEFAULT_BOUNDARIES;
  const boundaries = given.filter((bound) => Number.isFinite(bound));
  Object.freeze(boundaries);
  const settings = {
    boundaries,
    bounds: Float64Array.from(boundaries),
    hasMinMax: option?.options?.recordMinMax ?? true,
    hasSum: isMonotonic(type),
  };
  return {
    pointType: DataPointType.HISTOGRAM,
    isMonotonic: false,
    makeSeries: (attributes, startTime) => new ExplicitHistogramSeries(attributes, startTime, settings),
    makeReservoir: boundaries.length === 0 ? oneExemplar : () => reservoirOfSeries(boundaries),
  };
}

function exponentialHistogram(
  option: Extract<ViewAggregationOption, { type: typeof AggregationType.EXPONENTIAL_HISTOGRAM }>,
  type: InstrumentType,
): Aggregation {
  const settings = {
    maxSize: option.options?.maxSize ?? DEFAULT_MAX_SIZE,
    maxScale: option.options?.maxScale ?? MAX_SCALE,
    zeroThreshold: option.options?.zeroThreshold ?? 0,
    hasMinMax: option.options?.recordMinMax ?? true,
    hasSum: isMonotonic(type),
  };
  const exemplars = Math.min(MOST_EXPONENTIAL_EXEMPLARS, settings.maxSize);
  return {
    pointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    isMonotonic: false,
    makeSeries: (attributes, startTime) => new ExponentialHistogramSeries(attributes, startTime, settings),
    makeReservoir: () => new SimpleFixedSizeExemplarReservoir(exemplars),
  };
}
