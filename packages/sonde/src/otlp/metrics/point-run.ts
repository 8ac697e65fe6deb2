/**
 * What the metrics codecs encode: a run of neighbouring points of one metric. A collection becomes slices, lists of runs
 * that make one message each, so that the event loop turns between them and a message that is too large can be halved.
 */
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import type { MetricData, ResourceMetrics } from '../../sdk/metrics/metric-data.ts';

/** Where the points of a run come from: one object for all runs of a scope. */
export interface PointOrigin {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
}

/** The points `from` to `to` (exclusive) of a metric. */
export class PointRun {
  readonly origin: PointOrigin;
  readonly metric: MetricData;
  readonly from: number;
  readonly to: number;
  /** Points that the last encoding had to leave out. */
  lost = 0;

  constructor(origin: PointOrigin, metric: MetricData, from: number, to: number) {
    this.origin = origin;
    this.metric = metric;
    this.from = from;
    this.to = to;
  }

  get size(): number {
    return this.to - this.from;
  }
}

const NAMELESS: InstrumentationScope = { name: '' };
const NO_RESOURCE = { attributes: {} } as unknown as Resource;

/** The collection in slices of at most `maxPoints` points, in order; metrics without points are left out. */
export function sliceRuns(metrics: ResourceMetrics, maxPoints: number): PointRun[][] {
  const slices: PointRun[][] = [];
  let slice: PointRun[] = [];
  let room = maxPoints;
  for (const { scope, metrics: ofScope } of metrics.scopeMetrics) {
    const origin = { resource: metrics.resource ?? NO_RESOURCE, scope: scope ?? NAMELESS };
    for (const metric of ofScope) {
      const count = metric.dataPoints.length;
      for (let from = 0; from < count; ) {
        const to = Math.min(count, from + room);
        slice.push(new PointRun(origin, metric, from, to));
        room -= to - from;
        from = to;
        if (room > 0) continue;
        slices.push(slice);
        slice = [];
        room = maxPoints;
      }
    }
  }
  if (slice.length > 0) slices.push(slice);
  return slices;
}

/** The points of the first runs. */
export function pointsOf(runs: readonly PointRun[], count: number): number {
  let points = 0;
  for (let index = 0; index < count; index++) points += runs[index]!.size;
  return points;
}

/** The first runs in two parts of as many points each, give or take one; a run that lies across is divided. */
export function halveRuns(
  runs: readonly PointRun[],
  count: number,
): readonly [readonly PointRun[], readonly PointRun[]] {
  let room = pointsOf(runs, count) >> 1;
  const left: PointRun[] = [];
  const right: PointRun[] = [];
  for (let index = 0; index < count; index++) {
    const run = runs[index]!;
    const { origin, metric, from, to, size } = run;
    if (size <= room) left.push(run);
    else if (room === 0) right.push(run);
    else {
      left.push(new PointRun(origin, metric, from, from + room));
      right.push(new PointRun(origin, metric, from + room, to));
    }
    room = Math.max(0, room - size);
  }
  return [left, right];
}
