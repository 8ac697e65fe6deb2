/** PushMetricExporter: sends collections somewhere (specification: metrics/sdk.md#push-metric-exporter). */
import type { ExportResult } from '../common/export-result.ts';
import type { AggregationOption, InstrumentType } from './aggregation-option.ts';
import type { AggregationTemporality, ResourceMetrics } from './metric-data.ts';

/**
 * Concurrency: our readers never call `export` of one exporter again before the earlier call has answered or its
 * timeout has passed. `forceFlush` and `shutdown` may be called while an export is running.
 */
export interface PushMetricExporter {
  /** Takes a collection and answers through the callback exactly once. */
  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void;
  /** Settles when everything exported before the call has been sent. */
  forceFlush(): Promise<void>;
  /** Ends for good: an `export` after it answers with a failure. */
  shutdown(): Promise<void>;
  /** The temporality that the destination wants for instruments of this kind. Default cumulative. */
  selectAggregationTemporality?(instrumentType: InstrumentType): AggregationTemporality;
  /** The aggregation for instruments of this kind that no view chooses one for. Default the specification's. */
  selectAggregation?(instrumentType: InstrumentType): AggregationOption;
}
