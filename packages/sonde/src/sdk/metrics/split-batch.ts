/** Cuts a collection into batches of at most so many points (metrics/sdk.md#periodic-exporting-metricreader). */
import type { MetricData, ResourceMetrics, ScopeMetrics } from './metric-data.ts';

/** Full batches in order, the last with what is left. Only one collection's points are in a batch. */
export function splitBatch(metrics: ResourceMetrics, maxPoints: number): ResourceMetrics[] {
  const batches: ResourceMetrics[] = [];
  let scopes: ScopeMetrics[] = [];
  let room = maxPoints;
  const close = (): void => {
    batches.push({ resource: metrics.resource, scopeMetrics: scopes });
    scopes = [];
    room = maxPoints;
  };
  for (const { scope, metrics: ofScope } of metrics.scopeMetrics) {
    let parts: MetricData[] = [];
    for (const metric of ofScope) {
      const { length } = metric.dataPoints;
      for (let from = 0; from < length; ) {
        if (parts.length === 0) scopes.push({ scope, metrics: parts });
        const to = Math.min(length, from + room);
        parts.push(partOf(metric, from, to));
        room -= to - from;
        from = to;
        if (room > 0) continue;
        close();
        parts = [];
      }
    }
  }
  if (scopes.length > 0) close();
  return batches;
}

/** How many points a collection has. */
export function pointCount(metrics: ResourceMetrics): number {
  let points = 0;
  for (const { metrics: ofScope } of metrics.scopeMetrics) {
    for (const { dataPoints } of ofScope) points += dataPoints.length;
  }
  return points;
}

function partOf(metric: MetricData, from: number, to: number): MetricData {
  if (from === 0 && to === metric.dataPoints.length) return metric;
  return { ...metric, dataPoints: metric.dataPoints.slice(from, to) } as MetricData;
}
