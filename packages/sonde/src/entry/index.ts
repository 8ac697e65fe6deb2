/** `sonde`: the API. Every name of `@opentelemetry/api` 1.10, and what that package lacks. */

export { api as default } from '../api/api.ts';
export type { Baggage, BaggageEntry, BaggageEntryMetadata } from '../api/baggage/baggage.ts';
export { baggageEntryMetadataFromString } from '../api/baggage/baggage-impl.ts';
export type {
  AnyValue,
  Attributes,
  AttributeValue,
  PlainValue,
  Recordable,
  RecordableAttributes,
} from '../api/common/attributes.ts';
export type { HrTime, TimeInput } from '../api/common/time.ts';
export { type Context, ROOT_CONTEXT } from '../api/context/context.ts';
export type { AttachedContext, ContextAPI } from '../api/context/context-api.ts';
export { context } from '../api/context/context-api.ts';
export { createContextKey } from '../api/context/context-key.ts';
export type { ContextManagementToken, ContextManager } from '../api/context/context-manager.ts';
export {
  deleteRPCMetadata,
  getRPCMetadata,
  type RPCMetadata,
  RPCType,
  setRPCMetadata,
} from '../api/context/rpc-metadata.ts';
export { isTracingSuppressed, suppressTracing, unsuppressTracing } from '../api/context/suppression.ts';
export { DiagConsoleLogger } from '../api/diag/console-logger.ts';
export type { DiagAPI } from '../api/diag/diag.ts';
export { diag } from '../api/diag/diag.ts';
export {
  type ComponentLoggerOptions,
  type DiagLogFunction,
  type DiagLogger,
  type DiagLoggerOptions,
  DiagLogLevel,
} from '../api/diag/diag-logger.ts';
export {
  type LazyAttributes,
  type LevelLogger,
  type LogEventDetails,
  levelLogger,
} from '../api/logs/level-logger.ts';
export { defineEvent, type LogEvent, type LogEventDefaults } from '../api/logs/log-event.ts';
export type {
  Logger,
  LoggerEnabledOptions,
  LoggerLike,
  LoggerOptions,
  LoggerProvider,
  LoggerProviderLike,
  LogRecord,
} from '../api/logs/logger.ts';
export type { LogsAPI } from '../api/logs/logs-api.ts';
export { logs } from '../api/logs/logs-api.ts';
export { createNoopLogger } from '../api/logs/noop-logger.ts';
export { SeverityNumber } from '../api/logs/severity-number.ts';
export {
  type BoundCounter,
  type BoundRecorder,
  type Counter,
  type Gauge,
  type Histogram,
  type MetricAdvice,
  type MetricAttributes,
  type MetricAttributeValue,
  type MetricOptions,
  type SyncInstrument,
  type UpDownCounter,
  ValueType,
} from '../api/metrics/instrument.ts';
export type {
  AdderLike,
  Meter,
  MeterLike,
  MeterOptions,
  MeterProvider,
  MeterProviderLike,
  RecorderLike,
} from '../api/metrics/meter.ts';
export type { MetricsAPI } from '../api/metrics/metrics-api.ts';
export { metrics } from '../api/metrics/metrics-api.ts';
export { createNoopMeter } from '../api/metrics/noop-meter.ts';
export type {
  BatchObservableCallback,
  BatchObservableResult,
  Observable,
  ObservableCallback,
  ObservableCounter,
  ObservableGauge,
  ObservableResult,
  ObservableUpDownCounter,
} from '../api/metrics/observable.ts';
export type { PropagationAPI } from '../api/propagation/propagation-api.ts';
export { propagation } from '../api/propagation/propagation-api.ts';
export type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
export {
  type DefaultTextMapGetter,
  defaultTextMapGetter,
  defaultTextMapSetter,
  getAll,
  getFirst,
} from '../api/propagation/text-map-carrier.ts';
export { type Exception, type ExceptionAttributes, exceptionAttributes } from '../api/trace/exception.ts';
export { ProxyTracer, ProxyTracerProvider, type TracerDelegator } from '../api/trace/proxy-tracer.ts';
export { type Sampler, SamplingDecision, type SamplingResult } from '../api/trace/sampler.ts';
export type {
  Link,
  Span,
  SpanAttributes,
  SpanAttributeValue,
  SpanOptions,
  StartedSpan,
} from '../api/trace/span.ts';
export {
  createSpanContext,
  INVALID_SPAN_CONTEXT,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  isValidSpanId,
  isValidTraceId,
  type SpanContext,
  type SpanContextDetails,
  type SpanContextFields,
  spanContextFromBytes,
  spanIdToBytes,
  traceIdToBytes,
} from '../api/trace/span-context.ts';
export { SpanKind } from '../api/trace/span-kind.ts';
export { type SpanStatus, SpanStatusCode } from '../api/trace/span-status.ts';
export type { TraceAPI } from '../api/trace/trace-api.ts';
export { trace } from '../api/trace/trace-api.ts';
export { TraceFlags } from '../api/trace/trace-flags.ts';
export { createTraceState, type TraceState } from '../api/trace/trace-state.ts';
export type {
  Tracer,
  TracerEnabledOptions,
  TracerLike,
  TracerOptions,
  TracerProvider,
  TracerProviderLike,
} from '../api/trace/tracer.ts';
export { withSpan } from '../api/trace/with-span.ts';
