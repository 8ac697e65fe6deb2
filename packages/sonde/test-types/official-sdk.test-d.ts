/**
 * Types against the SDK 3.x, whose interfaces are copied here as far as they differ from ours: what of ours is given to an
 * official provider fits there, with `exactOptionalPropertyTypes` too. Compiled only, never run.
 */

import type { Attributes } from 'sonde';
import type { OTLPMetricExporter, OTLPTraceExporter } from 'sonde/otlp';
import type { PrometheusExporter } from 'sonde/prometheus';
import type {
  DataPoint,
  ExponentialHistogramValue,
  HistogramValue,
  InMemoryMetricExporter,
  InMemorySpanExporter,
  InstrumentType,
  MetricProducer,
  PeriodicExportingMetricReader,
  ReadableSpan,
  ResourceMetrics,
} from 'sonde/sdk';

/** `@opentelemetry/core`. */
interface OfficialResult {
  code: 0 | 1;
  error?: Error;
}

/** `@opentelemetry/sdk-metrics`: arrays that may be written. */
type OfficialAggregation =
  | { type: 0 | 1 | 2 | 3 }
  | { type: 4; options?: { recordMinMax?: boolean; boundaries: number[] } }
  | { type: 5; options?: { recordMinMax?: boolean; maxSize?: number } };

interface OfficialResourceMetrics {
  resource: ResourceMetrics['resource'];
  scopeMetrics: { scope: { name: string }; metrics: OfficialMetricData[] }[];
}
/** A point without exemplars has the member all the same, so with `exactOptionalPropertyTypes` it does not fit. */
interface OfficialMetricData {
  descriptor: { name: string };
  dataPoints: {
    value: unknown;
    exemplars?: { value: number; filteredAttributes: Attributes }[] | undefined;
  }[];
}
interface OfficialHistogramPoint {
  value: { buckets: { boundaries: number[]; counts: number[] }; count: number };
}
interface OfficialExponentialPoint {
  value: { positive: { offset: number; bucketCounts: number[] } };
}
interface OfficialCollectionResult {
  resourceMetrics: OfficialResourceMetrics;
  errors: unknown[];
}
interface OfficialProducer {
  collect(): Promise<OfficialCollectionResult>;
}
interface OfficialReader {
  selectAggregation(instrumentType: InstrumentType): OfficialAggregation;
  collect(): Promise<OfficialCollectionResult>;
}
interface OfficialPushExporter {
  export(metrics: ResourceMetrics, resultCallback: (result: OfficialResult) => void): void;
  selectAggregation?(instrumentType: InstrumentType): OfficialAggregation;
}
interface OfficialSpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: OfficialResult) => void): void;
}

/** Fails to compile when a value of `From` cannot stand where `To` is expected. */
declare function fits<To>(): <From extends To>() => void;

fits<OfficialReader>()<PrometheusExporter>();
fits<OfficialReader>()<PeriodicExportingMetricReader>();
fits<OfficialResourceMetrics>()<ResourceMetrics>();
fits<OfficialHistogramPoint>()<DataPoint<HistogramValue>>();
fits<OfficialExponentialPoint>()<DataPoint<ExponentialHistogramValue>>();
fits<OfficialProducer>()<MetricProducer>();
fits<OfficialPushExporter>()<OTLPMetricExporter>();
fits<OfficialPushExporter>()<InMemoryMetricExporter>();
fits<OfficialSpanExporter>()<OTLPTraceExporter>();
fits<OfficialSpanExporter>()<InMemorySpanExporter>();
