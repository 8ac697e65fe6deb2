/**
 * What no exporter can do anything with: a kind of points, or a temporality, that there is not. The SDK makes none; a
 * producer or a caller of `export` may (metrics/sdk.md#metricexporter: an exporter reports what it does not support).
 */

import { shown } from '../../internal/shown.ts';
import { AggregationTemporality, DataPointType, type MetricData } from './metric-data.ts';

const KINDS: readonly unknown[] = /* @__PURE__ */ Object.values(DataPointType);
const TEMPORALITIES: readonly unknown[] = /* @__PURE__ */ Object.values(AggregationTemporality);

/** What is wrong with a metric and what is allowed; undefined when all of it is known. */
export function problemOfMetric(metric: MetricData): string | undefined {
  const { dataPointType, aggregationTemporality } = metric;
  if (!KINDS.includes(dataPointType)) {
    return text(metric, 'dataPointType', dataPointType, DataPointType);
  }
  // The temporality of a gauge means nothing.
  if (dataPointType === DataPointType.GAUGE || TEMPORALITIES.includes(aggregationTemporality))
    return undefined;
  return text(metric, 'aggregationTemporality', aggregationTemporality, AggregationTemporality);
}

function text(
  { descriptor }: MetricData,
  what: string,
  given: unknown,
  allowed: Readonly<Record<string, number>>,
): string {
  const names = Object.entries(allowed).map(([name, value]) => `${name} (${value})`);
  return `metric ${shown(descriptor.name)} has the ${what} ${shown(given)}; allowed are ${names.join(', ')}`;
}
