/**
 * Differences added up to totals, which is what a scrape needs. The SDK gives totals to this reader; only a producer
 * from elsewhere may give differences (specification: compatibility/prometheus_and_openmetrics.md, "Sums").
 */
import { attributeText } from '../../sdk/common/attribute-text.ts';
import { reportOnce } from '../../sdk/common/diagnostics.ts';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type HistogramMetricData,
  type HistogramValue,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
  type SumMetricData,
} from '../../sdk/metrics/metric-data.ts';

/** Series whose totals are kept; more are left out, and that is said. */
const MAX_SERIES = 10_000;

type Addable = SumMetricData | HistogramMetricData;

/** What a stream came to so far. */
interface Stream {
  readonly scope: ScopeMetrics['scope'];
  /** As it came last. */
  metric: Addable;
  readonly series: Map<string, DataPoint<unknown>>;
}

/** Keeps the totals of one exporter. */
export class DeltaAccumulator {
  readonly #streams = new Map<string, Stream>();
  #size = 0;

  /** The collection with totals in place of differences: all that there are, whether they changed or not. */
  accumulate(metrics: ResourceMetrics): ResourceMetrics {
    if (this.#streams.size === 0 && !hasDeltas(metrics)) return metrics;
    const scopeMetrics: ScopeMetrics[] = metrics.scopeMetrics.map(({ scope, metrics: ofScope }) => ({
      scope,
      metrics: ofScope.filter((metric) => !this.#add(scope, metric)),
    }));
    for (const { scope, metric, series } of this.#streams.values()) {
      const dataPoints = [...series.values()];
      const total = { ...metric, dataPoints, aggregationTemporality: AggregationTemporality.CUMULATIVE };
      scopeMetrics.push({ scope, metrics: [total as MetricData] });
    }
    return { resource: metrics.resource, scopeMetrics };
  }

  /** True when the metric's points are now part of the totals. */
  #add(scope: ScopeMetrics['scope'], metric: MetricData): boolean {
    if (!isAddable(metric)) return false;
    const { name, unit, valueType } = metric.descriptor;
    const key = JSON.stringify([scope.name, scope.version, name, unit, valueType, metric.dataPointType]);
    const stream = this.#streams.get(key) ?? { scope, metric, series: new Map() };
    stream.metric = metric;
    const points: readonly DataPoint<unknown>[] = metric.dataPoints;
    for (const point of points) this.#addPoint(stream, metric, point);
    // A stream of which nothing is held is not remembered: names are no more bounded than series.
    if (stream.series.size > 0) this.#streams.set(key, stream);
    return true;
  }

  #addPoint({ series }: Stream, metric: Addable, point: DataPoint<unknown>): void {
    const key = seriesKey(point);
    const known = series.get(key);
    if (known === undefined && this.#size >= MAX_SERIES) {
      const { name } = metric.descriptor;
      const text = `Prometheus: series of ${name} are left out: totals of ${MAX_SERIES} series are kept`;
      reportOnce('warn', 'prometheus_delta_series', name, text);
      return;
    }
    if (known === undefined) this.#size++;
    const isHistogram = metric.dataPointType === DataPointType.HISTOGRAM;
    series.set(key, known === undefined ? point : added(known, point, isHistogram));
  }
}

function hasDeltas({ scopeMetrics }: ResourceMetrics): boolean {
  return scopeMetrics.some(({ metrics }) => metrics.some(isAddable));
}

/** A sum that also falls is not worth adding up: whoever wants its value would have to see every change from the start. */
function isAddable(metric: MetricData): metric is Addable {
  if (metric.aggregationTemporality !== AggregationTemporality.DELTA) return false;
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic;
  return metric.dataPointType === DataPointType.HISTOGRAM;
}

function seriesKey({ attributes }: DataPoint<unknown>): string {
  const keys = Object.keys(attributes).sort();
  return JSON.stringify(keys.map((key) => [key, typeof attributes[key], attributeText(attributes[key])]));
}

function added(
  known: DataPoint<unknown>,
  more: DataPoint<unknown>,
  isHistogram: boolean,
): DataPoint<unknown> {
  const { startTime } = known;
  if (!isHistogram) return { ...more, startTime, value: (known.value as number) + (more.value as number) };
  const value = addedHistogram(known.value as HistogramValue, more.value as HistogramValue);
  // Bounds that changed make another histogram, which begins when the difference did.
  return value === undefined ? more : { ...more, startTime, value };
}

function addedHistogram(known: HistogramValue, more: HistogramValue): HistogramValue | undefined {
  const { boundaries, counts } = known.buckets;
  const isSame =
    boundaries.length === more.buckets.boundaries.length &&
    boundaries.every((bound, index) => bound === more.buckets.boundaries[index]);
  if (!isSame) return undefined;
  return {
    buckets: { boundaries, counts: counts.map((count, index) => count + (more.buckets.counts[index] ?? 0)) },
    count: known.count + more.count,
    sum: known.sum === undefined || more.sum === undefined ? undefined : known.sum + more.sum,
  };
}
