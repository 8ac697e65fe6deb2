/**
 * The stage of metrics: asks for a collection and hands it on. Here are the shapes that readers and the provider know
 * each other by, those of the official SDK (specification: metrics/sdk.md#metricreader).
 */
import type { ForceFlushOptions } from '../common/flush-options.ts';
import type { AggregationOption, InstrumentType } from './aggregation-option.ts';
import type { AggregationTemporality, CollectionResult } from './metric-data.ts';

/** Bounds of a collection. */
export interface CollectionOptions {
  /** Milliseconds that asynchronous callbacks may take. Default: no bound. */
  readonly timeoutMillis?: number | undefined;
}

/** Gives metrics: the SDK's own state for one reader, or a bridge from elsewhere (metrics/sdk.md#metricproducer). */
export interface MetricProducer {
  collect(options?: CollectionOptions): Promise<CollectionResult>;
}

/** A reader as the MeterProvider sees it. */
export interface IMetricReader {
  /** Called once, by the provider that takes the reader in. */
  setMetricProducer(metricProducer: MetricProducer): void;
  selectAggregation(instrumentType: InstrumentType): AggregationOption;
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality;
  /** The most series of one metric stream. */
  selectCardinalityLimit(instrumentType: InstrumentType): number;
  collect(options?: CollectionOptions): Promise<CollectionResult>;
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  shutdown(options?: ForceFlushOptions): Promise<void>;
}
