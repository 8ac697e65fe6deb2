/** `sonde/sdk`: the SDK of all signals, and `startSdk`, one call that sets it up. */
export type { SdkOptions } from '../config/options.ts';
export type { ProviderLife, Sdk } from '../config/sdk.ts';
export { startSdk } from '../config/start.ts';
export {
  ConsoleLogRecordExporter,
  type ConsoleLogRecordExporterOptions,
} from '../exporters/console/logs.ts';
export { ConsoleMetricExporter, type ConsoleMetricExporterOptions } from '../exporters/console/metrics.ts';
export type { ConsoleStream } from '../exporters/console/terminal.ts';
export { ConsoleSpanExporter, type ConsoleSpanExporterOptions } from '../exporters/console/traces.ts';
export { InMemoryLogRecordExporter } from '../exporters/memory/logs.ts';
export { InMemoryMetricExporter } from '../exporters/memory/metrics.ts';
export { InMemorySpanExporter } from '../exporters/memory/traces.ts';
export { AsyncLocalStorageContextManager } from '../sdk/common/context-manager.ts';
export { type ErrorHandler, setGlobalErrorHandler, type TelemetryError } from '../sdk/common/diagnostics.ts';
export { type ExportResult, ExportResultCode } from '../sdk/common/export-result.ts';
export type { ForceFlushOptions } from '../sdk/common/flush-options.ts';
export type { InstrumentationScope } from '../sdk/common/instrumentation-scope.ts';
export { type Resource, resourceFromAttributes } from '../sdk/common/resource.ts';
export type { ScopeConfigurator, ScopePattern } from '../sdk/common/scope-configurator.ts';
export { BatchLogRecordProcessor, type BatchLogRecordProcessorOptions } from '../sdk/logs/batch-processor.ts';
export { EventToSpanEventBridge } from '../sdk/logs/event-to-span-event-bridge.ts';
export type { LogRecordExporter } from '../sdk/logs/exporter.ts';
export {
  FilterLogRecordProcessor,
  type FilterLogRecordProcessorOptions,
} from '../sdk/logs/filter-processor.ts';
export type { LogRecordLimits } from '../sdk/logs/limits.ts';
export {
  createLoggerConfigurator,
  type LoggerConfig,
  type LoggerConfigurator,
  type LoggerPattern,
} from '../sdk/logs/logger-configurator.ts';
export type { LogRecordProcessor, LogRecordQuestion } from '../sdk/logs/processor.ts';
export { LoggerProvider, type LoggerProviderOptions } from '../sdk/logs/provider.ts';
export type { ReadableLogRecord, ReadWriteLogRecord } from '../sdk/logs/readable-log-record.ts';
export {
  SimpleLogRecordProcessor,
  type SimpleLogRecordProcessorOptions,
} from '../sdk/logs/simple-processor.ts';
export {
  type AggregationOption,
  AggregationType,
  type ExplicitBucketHistogramOption,
  type ExponentialHistogramOption,
  InstrumentType,
  type ViewAggregationOption,
} from '../sdk/metrics/aggregation-option.ts';
export {
  type AttributesProcessor,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
} from '../sdk/metrics/attributes-processor.ts';
export { AlignedHistogramBucketExemplarReservoir } from '../sdk/metrics/exemplar/aligned-reservoir.ts';
export type { ExemplarFilter } from '../sdk/metrics/exemplar/filter.ts';
export type { ExemplarReservoir, ExemplarReservoirFactory } from '../sdk/metrics/exemplar/reservoir.ts';
export { SimpleFixedSizeExemplarReservoir } from '../sdk/metrics/exemplar/simple-reservoir.ts';
export type { PushMetricExporter } from '../sdk/metrics/exporter.ts';
export type { CardinalityLimits, CardinalitySelector } from '../sdk/metrics/limits.ts';
export { ManualMetricReader } from '../sdk/metrics/manual-reader.ts';
export {
  createMeterConfigurator,
  type MeterConfig,
  type MeterConfigurator,
  type MeterPattern,
} from '../sdk/metrics/meter-configurator.ts';
export {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialHistogramMetricData,
  type ExponentialHistogramValue,
  type GaugeMetricData,
  type HistogramMetricData,
  type HistogramValue,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
  type ScopeMetrics,
  type SumMetricData,
} from '../sdk/metrics/metric-data.ts';
export type { MetricFilter, MetricFilterDecision } from '../sdk/metrics/metric-filter.ts';
export {
  PeriodicExportingMetricReader,
  type PeriodicExportingMetricReaderOptions,
} from '../sdk/metrics/periodic-reader.ts';
export { MeterProvider, type MeterProviderOptions } from '../sdk/metrics/provider.ts';
export {
  type AggregationSelector,
  type AggregationTemporalitySelector,
  type CollectionOptions,
  type IMetricReader,
  type MetricProducer,
  MetricReader,
  type MetricReaderOptions,
} from '../sdk/metrics/reader.ts';
export {
  producerWithTemporality,
  TemporalityConverter,
  type TemporalityConverterOptions,
} from '../sdk/metrics/temporality/converter.ts';
export type { ViewOptions } from '../sdk/metrics/view.ts';
export type { ViewMatchingMode } from '../sdk/metrics/view-matching.ts';
export { type ExitHandlerOptions, installExitHandlers } from '../sdk/pipeline/exit.ts';
export type { BatchOptions } from '../sdk/pipeline/options.ts';
export { BatchSpanProcessor, type BatchSpanProcessorOptions } from '../sdk/traces/batch-processor.ts';
export type { SpanExporter } from '../sdk/traces/exporter.ts';
export { FilterSpanProcessor, type FilterSpanProcessorOptions } from '../sdk/traces/filter-processor.ts';
export { type IdGenerator, RandomIdGenerator } from '../sdk/traces/id-generator.ts';
export type { SpanLimits } from '../sdk/traces/limits.ts';
export { NoopSpanProcessor } from '../sdk/traces/noop-processor.ts';
export type { SpanProcessor } from '../sdk/traces/processor.ts';
export {
  type ProviderRegistration,
  TracerProvider,
  type TracerProviderOptions,
} from '../sdk/traces/provider.ts';
export type { ReadableSpan, Span, TimedEvent } from '../sdk/traces/readable-span.ts';
export { AlwaysOffSampler } from '../sdk/traces/samplers/always-off-sampler.ts';
export { AlwaysOnSampler } from '../sdk/traces/samplers/always-on-sampler.ts';
export { createAlwaysRecordSampler } from '../sdk/traces/samplers/always-record-sampler.ts';
export { createComposableAnnotatingSampler } from '../sdk/traces/samplers/composable/annotating.ts';
export {
  type ComposableSampler,
  NO_THRESHOLD,
  type SamplingIntent,
} from '../sdk/traces/samplers/composable/composable-sampler.ts';
export {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableProbabilitySampler,
  createComposableTraceIDRatioBasedSampler,
} from '../sdk/traces/samplers/composable/fixed.ts';
export { createComposableParentThresholdSampler } from '../sdk/traces/samplers/composable/parent-threshold.ts';
export {
  createComposableRuleBasedSampler,
  type SamplingPredicate,
  type SamplingRule,
} from '../sdk/traces/samplers/composable/rule-based.ts';
export { createCompositeSampler } from '../sdk/traces/samplers/composite-sampler.ts';
export {
  ParentBasedSampler,
  type ParentBasedSamplerConfig,
} from '../sdk/traces/samplers/parent-based-sampler.ts';
export { ProbabilitySampler } from '../sdk/traces/samplers/probability-sampler.ts';
export { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/traces/samplers/sampler.ts';
export { TraceIdRatioBasedSampler } from '../sdk/traces/samplers/trace-id-ratio-based-sampler.ts';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from '../sdk/traces/simple-processor.ts';
export {
  createTracerConfigurator,
  type TracerConfig,
  type TracerConfigurator,
  type TracerPattern,
} from '../sdk/traces/tracer-configurator.ts';
