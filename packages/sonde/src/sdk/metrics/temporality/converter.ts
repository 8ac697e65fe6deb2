/**
 * From totals to differences and back, for producers that bridge another source which has the other kind
 * (metrics/sdk.md#metricproducer). The rules are those of metrics/data-model.md, "Temporality" and "Resets and gaps".
 */
import type { HrTime } from '../../../api/common/time.ts';
import { shown } from '../../../internal/shown.ts';
import { attributeText } from '../../common/attribute-text.ts';
import { report } from '../../common/diagnostics.ts';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../metric-data.ts';
import { problemOfMetric } from '../metric-problem.ts';
import type { CollectionOptions, MetricProducer } from '../reader.ts';
import { addedValue, differenceOf, isNothing } from './point-arithmetic.ts';

/** Series whose state is kept when nobody says. */
const DEFAULT_MAX_SERIES = 10_000;
/** DataPointFlags: there is no value, only the end of a series. */
const NO_RECORDED_VALUE = 1;

/** What a TemporalityConverter can be told. */
export interface TemporalityConverterOptions {
  /** Series whose state is kept; points of more are left out, and that is said. Default 10,000. */
  readonly maxSeries?: number | undefined;
}

/** What is known of a series: its last total, or the last sum of its differences. */
interface Held {
  start: HrTime;
  end: HrTime;
  value: unknown;
  attributes: DataPoint<unknown>['attributes'];
}

type Series = Map<string, Held>;
type Point = DataPoint<unknown>;

/**
 * Converts the collections of one source, in the order in which they were made, to one temporality. Gauges, and what has
 * that temporality already, pass as they are.
 *
 * To cumulative, differences are added up from the first on; a series that had none in a collection is repeated. To delta,
 * the first total counts from its own start, or is only the base where it has none; a total that began anew, or fell though
 * it can only rise, counts from there; what did not change has no point. Points that are not newer than the one before are
 * left out, and that is said. Smallest and largest values of an interval cannot be known: they are left out.
 */
export class TemporalityConverter {
  readonly #temporality: AggregationTemporality;
  readonly #maxSeries: number;
  readonly #streams = new Map<string, Series>();
  #size = 0;

  /**
   * @param temporality what the points shall have
   * @throws TypeError or RangeError naming the option, what was given and what is allowed
   */
  constructor(temporality: AggregationTemporality, options: TemporalityConverterOptions = {}) {
    const { maxSeries = DEFAULT_MAX_SERIES } = options;
    if (temporality !== AggregationTemporality.DELTA && temporality !== AggregationTemporality.CUMULATIVE) {
      throw new TypeError(
        `TemporalityConverter: temporality is ${shown(temporality)}; allowed are AggregationTemporality.DELTA (0) and CUMULATIVE (1)`,
      );
    }
    if (!Number.isSafeInteger(maxSeries) || maxSeries < 1) {
      throw new RangeError(
        `TemporalityConverter: maxSeries must be a whole number from 1 on, got ${shown(maxSeries)}`,
      );
    }
    this.#temporality = temporality;
    this.#maxSeries = maxSeries;
  }

  /** The collection with the points of this temporality; the given one is not changed. */
  convert({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
    const converted = scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics
        .map((metric) => this.#metric(scope, metric))
        .filter((metric) => metric.dataPoints.length > 0),
    }));
    return { resource, scopeMetrics: converted.filter(({ metrics }) => metrics.length > 0) };
  }

  #metric(scope: ScopeMetrics['scope'], metric: MetricData): MetricData {
    const isSame = metric.aggregationTemporality === this.#temporality;
    // An unknown kind or temporality is for the exporter to report.
    const isOther = metric.dataPointType === DataPointType.GAUGE || problemOfMetric(metric) !== undefined;
    if (isSame || isOther) return metric;
    const { name, unit, valueType } = metric.descriptor;
    const key = JSON.stringify([
      scope.name,
      scope.version,
      scope.schemaUrl,
      name,
      unit,
      valueType,
      metric.dataPointType,
    ]);
    const series: Series = this.#streams.get(key) ?? new Map();
    const isTotal = this.#temporality === AggregationTemporality.CUMULATIVE;
    const dataPoints = isTotal ? this.#totals(metric, series) : this.#differences(metric, series);
    // A stream of which nothing is held is not remembered: names are no more bounded than series.
    if (series.size > 0) this.#streams.set(key, series);
    return { ...metric, aggregationTemporality: this.#temporality, dataPoints } as MetricData;
  }

  #totals(metric: MetricData, series: Series): Point[] {
    const points: Point[] = [];
    const seen = new Set<string>();
    let newest: HrTime | undefined;
    for (const point of metric.dataPoints as readonly Point[]) {
      const key = keyOf(point);
      const held = series.get(key);
      if (isWithoutValue(point) || !this.#isNext(metric, held, point)) continue;
      const value = held === undefined ? point.value : addedValue(metric, held.value, point.value);
      // Bounds that changed make another histogram, which begins when the difference did.
      const start = held === undefined || value === undefined ? point.startTime : held.start;
      const total = value ?? point.value;
      if (!this.#hold(metric, series, key, point, start, total)) continue;
      seen.add(key);
      if (newest === undefined || isAfter(point.endTime, newest)) newest = point.endTime;
      points.push({ ...point, startTime: start, value: total });
    }
    if (newest === undefined) return points;
    for (const [key, { start, value, attributes }] of series) {
      if (!seen.has(key)) points.push({ startTime: start, endTime: newest, attributes, value });
    }
    return points;
  }

  #differences(metric: MetricData, series: Series): Point[] {
    const points: Point[] = [];
    for (const point of metric.dataPoints as readonly Point[]) {
      const key = keyOf(point);
      const held = series.get(key);
      if (isWithoutValue(point) || !this.#isNext(metric, held, point)) continue;
      const made = held === undefined ? firstOf(point) : difference(metric, held, point);
      if (!this.#hold(metric, series, key, point, point.startTime, point.value)) continue;
      if (made !== undefined && !isNothing(metric, made.value)) points.push(made);
    }
    return points;
  }

  #isNext({ descriptor }: MetricData, held: Held | undefined, { endTime }: Point): boolean {
    if (held === undefined || isAfter(endTime, held.end)) return true;
    const text = `Points of "${descriptor.name}" are left out: they are not newer than those before`;
    report('warn', 'temporality_order', text);
    return false;
  }

  /** False when there is no room for one more series. */
  #hold(
    { descriptor }: MetricData,
    series: Series,
    key: string,
    { endTime, attributes }: Point,
    start: HrTime,
    value: unknown,
  ): boolean {
    const held = series.get(key);
    if (held !== undefined) {
      held.start = start;
      held.end = endTime;
      held.value = value;
      return true;
    }
    if (this.#size >= this.#maxSeries) {
      const text = `Series of "${descriptor.name}" are left out: a TemporalityConverter keeps ${this.#maxSeries} (maxSeries)`;
      report('warn', 'temporality_series', text);
      return false;
    }
    this.#size++;
    series.set(key, { start, end: endTime, value, attributes });
    return true;
  }
}

/**
 * The producer with points of one temporality: for `metricProducers` of a reader whose exporter wants it.
 * @throws TypeError or RangeError as TemporalityConverter
 */
export function producerWithTemporality(
  producer: MetricProducer,
  temporality: AggregationTemporality,
  options?: TemporalityConverterOptions,
): MetricProducer {
  const converter = new TemporalityConverter(temporality, options);
  return {
    async collect(asked?: CollectionOptions) {
      const { resourceMetrics, errors } = await producer.collect(asked);
      return { resourceMetrics: converter.convert(resourceMetrics), errors };
    },
  };
}

/** A total counts from its start; one that tells none is the base for what follows. */
function firstOf(point: Point): Point | undefined {
  const [seconds, nanos] = point.startTime;
  const hasStart = (seconds !== 0 || nanos !== 0) && isAfter(point.endTime, point.startTime);
  return hasStart ? withoutExtremes(point, point.startTime, point.value) : undefined;
}

function difference(metric: MetricData, { start, end, value }: Readonly<Held>, point: Point): Point {
  const isAnew = isAfter(point.startTime, start);
  if (isAnew)
    return withoutExtremes(point, isAfter(point.startTime, end) ? point.startTime : end, point.value);
  return withoutExtremes(point, end, differenceOf(metric, point.value, value) ?? point.value);
}

function withoutExtremes(point: Point, startTime: HrTime, value: unknown): Point {
  if (typeof value !== 'object' || value === null) return { ...point, startTime, value };
  return { ...point, startTime, value: { ...value, min: undefined, max: undefined } };
}

function isWithoutValue({ flags }: Point): boolean {
  return ((flags ?? 0) & NO_RECORDED_VALUE) !== 0;
}

function isAfter(a: HrTime, b: HrTime): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}

function keyOf({ attributes }: Point): string {
  const keys = Object.keys(attributes).sort();
  return JSON.stringify(keys.map((key) => [key, typeof attributes[key], attributeText(attributes[key])]));
}
