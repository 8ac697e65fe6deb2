/** MetricFilter: what a reader wants of a collection (specification: metrics/sdk.md#metricfilter). */
import type { Attributes } from '../../api/common/attributes.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { DataPointType } from './metric-data.ts';

/** What a filter says of a metric; `accept_partial` has it asked about the attributes of each point. */
export type MetricFilterDecision = 'accept' | 'drop' | 'accept_partial';

/** Chooses metrics and points at collection. Callbacks whose metrics are all dropped are not called. */
export interface MetricFilter {
  /** Called once for each metric and collection. */
  testMetric(
    scope: InstrumentationScope,
    name: string,
    kind: DataPointType,
    unit: string,
  ): MetricFilterDecision;
  /** Called for each point of a metric that is accepted partially; false, or `drop`, leaves it out. */
  testAttributes?(
    scope: InstrumentationScope,
    name: string,
    kind: DataPointType,
    unit: string,
    attributes: Attributes,
  ): boolean | 'accept' | 'drop';
}

/** The question about one point, for a stream. */
export type AttributesTest = (attributes: Attributes) => boolean;
