/** The words for what the points of a metric are: what the two forms of the console say of every metric. */
import { AggregationTemporality, DataPointType, type MetricData } from '../../sdk/metrics/metric-data.ts';

/** By DataPointType. */
const KINDS: readonly string[] = ['histogram', 'exponential histogram', 'gauge', 'sum'];

/** `histogram`, `gauge`, … */
export function kindOf({ dataPointType }: MetricData): string {
  return KINDS[dataPointType] ?? `kind ${dataPointType}`;
}

/** `cumulative` or `delta`; undefined for a gauge, of which it means nothing. */
export function temporalityOf(metric: MetricData): string | undefined {
  if (metric.dataPointType === DataPointType.GAUGE) return undefined;
  return metric.aggregationTemporality === AggregationTemporality.DELTA ? 'delta' : 'cumulative';
}
