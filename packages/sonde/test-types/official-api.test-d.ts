/**
 * Types against `@opentelemetry/api`: every Sonde value fits where an official one is expected, and every official
 * object is accepted by our functions. Compiled only, never run.
 */
import type * as official from '@opentelemetry/api';
import * as sonde from 'sonde';

/** Classes with private members are nominal types: they are compared by what is public. */
type Public<T> = Pick<T, keyof T>;

/** Fails to compile when a value of `From` cannot stand where `To` is expected. */
declare function fits<To>(): <From extends To>() => void;

declare const theirs: {
  span: official.Span;
  spanContext: official.SpanContext;
  tracer: official.Tracer;
  tracerProvider: official.TracerProvider;
  proxyTracerProvider: official.ProxyTracerProvider;
  meterProvider: official.MeterProvider;
  loggerProvider: official.LoggerProvider;
  propagator: official.TextMapPropagator;
  getter: official.TextMapGetter<string[]>;
  setter: official.TextMapSetter<string[]>;
  contextManager: official.ContextManager;
  context: official.Context;
  baggage: official.Baggage;
  baggageEntry: official.BaggageEntry;
  diagLogger: official.DiagLogger;
  attributes: official.Attributes;
  spanOptions: official.SpanOptions;
  link: official.Link;
  status: official.SpanStatus;
  time: official.TimeInput;
  exception: official.Exception;
  kind: official.SpanKind;
  level: official.DiagLogLevel;
  logRecord: official.LogRecord;
  metricOptions: official.MetricOptions;
  traceState: official.TraceState;
  sampler: official.Sampler;
  observable: official.Observable;
  observableCallback: official.ObservableCallback;
  batchCallback: official.BatchObservableCallback;
  token: official.ContextManagementToken;
};

/** Values: each export of the official package that is a value, by its public members. */
export const values: {
  [K in keyof typeof official]: K extends 'ProxyTracer' | 'ProxyTracerProvider' | 'default'
    ? unknown
    : (typeof official)[K] extends (...args: never) => unknown
      ? (typeof official)[K]
      : Public<(typeof official)[K]>;
} = sonde;

/** The default export, member by member. */
export const entryPoints: { [K in keyof typeof official.default]: Public<(typeof official.default)[K]> } =
  sonde.default;

/** Types: ours fits theirs. */
export function oursFitsTheirs(): void {
  fits<official.AnyValue>()<sonde.AnyValue>();
  fits<official.AttributeValue>()<sonde.AttributeValue>();
  fits<official.Attributes>()<sonde.Attributes>();
  fits<official.Baggage>()<sonde.Baggage>();
  fits<official.BaggageEntry>()<sonde.BaggageEntry>();
  fits<official.BaggageEntryMetadata>()<sonde.BaggageEntryMetadata>();
  fits<official.BatchObservableCallback>()<sonde.BatchObservableCallback>();
  fits<official.BatchObservableResult>()<sonde.BatchObservableResult>();
  fits<official.ComponentLoggerOptions>()<sonde.ComponentLoggerOptions>();
  fits<official.Context>()<sonde.Context>();
  fits<Public<official.ContextAPI>>()<sonde.ContextAPI>();
  fits<official.ContextManagementToken>()<sonde.ContextManagementToken>();
  fits<official.ContextManager>()<sonde.ContextManager>();
  fits<official.Counter>()<sonde.Counter>();
  fits<official.Counter<{ route: string }>>()<sonde.Counter<{ route: string }>>();
  fits<Public<official.DiagAPI>>()<sonde.DiagAPI>();
  fits<official.DiagConsoleLogger>()<sonde.DiagConsoleLogger>();
  fits<official.DiagLogFunction>()<sonde.DiagLogFunction>();
  fits<official.DiagLogLevel>()<sonde.DiagLogLevel>();
  fits<official.DiagLogger>()<sonde.DiagLogger>();
  fits<official.Exception>()<sonde.Exception>();
  fits<official.Gauge>()<sonde.Gauge>();
  fits<official.Histogram>()<sonde.Histogram>();
  fits<official.HrTime>()<sonde.HrTime>();
  fits<official.Link>()<sonde.Link>();
  fits<official.LogRecord>()<sonde.LogRecord>();
  fits<official.Logger>()<sonde.Logger>();
  fits<official.LoggerOptions>()<sonde.LoggerOptions>();
  fits<official.LoggerProvider>()<sonde.LoggerProvider>();
  fits<official.Meter>()<sonde.Meter>();
  fits<official.MeterOptions>()<sonde.MeterOptions>();
  fits<official.MeterProvider>()<sonde.MeterProvider>();
  fits<official.MetricAdvice>()<sonde.MetricAdvice>();
  fits<official.MetricAttributeValue>()<sonde.MetricAttributeValue>();
  fits<official.MetricAttributes>()<sonde.MetricAttributes>();
  fits<official.MetricOptions>()<sonde.MetricOptions>();
  fits<Public<official.MetricsAPI>>()<sonde.MetricsAPI>();
  fits<official.Observable>()<sonde.Observable>();
  fits<official.ObservableCallback>()<sonde.ObservableCallback>();
  fits<official.ObservableCounter>()<sonde.ObservableCounter>();
  fits<official.ObservableGauge>()<sonde.ObservableGauge>();
  fits<official.ObservableResult>()<sonde.ObservableResult>();
  fits<official.ObservableUpDownCounter>()<sonde.ObservableUpDownCounter>();
  fits<Public<official.PropagationAPI>>()<sonde.PropagationAPI>();
  // The official class shows the signature of its implementation; what it implements is the interface Tracer.
  fits<Omit<Public<official.ProxyTracer>, 'startActiveSpan'>>()<sonde.ProxyTracer>();
  fits<official.Tracer>()<sonde.ProxyTracer>();
  fits<Public<official.ProxyTracerProvider>>()<sonde.ProxyTracerProvider>();
  fits<official.Sampler>()<sonde.Sampler>();
  fits<official.SamplingDecision>()<sonde.SamplingDecision>();
  fits<official.SamplingResult>()<sonde.SamplingResult>();
  fits<official.SeverityNumber>()<sonde.SeverityNumber>();
  fits<official.Span>()<sonde.Span>();
  fits<official.Span>()<sonde.StartedSpan>();
  fits<official.SpanAttributeValue>()<sonde.SpanAttributeValue>();
  fits<official.SpanAttributes>()<sonde.SpanAttributes>();
  fits<official.SpanContext>()<sonde.SpanContext>();
  fits<official.SpanKind>()<sonde.SpanKind>();
  fits<official.SpanOptions>()<sonde.SpanOptions>();
  fits<official.SpanStatus>()<sonde.SpanStatus>();
  fits<official.SpanStatusCode>()<sonde.SpanStatusCode>();
  fits<official.TextMapGetter>()<sonde.TextMapGetter>();
  fits<official.TextMapPropagator>()<sonde.TextMapPropagator>();
  fits<official.TextMapSetter>()<sonde.TextMapSetter>();
  fits<official.TimeInput>()<sonde.TimeInput>();
  fits<Public<official.TraceAPI>>()<sonde.TraceAPI>();
  fits<official.TraceState>()<sonde.TraceState>();
  fits<official.Tracer>()<sonde.Tracer>();
  fits<official.TracerDelegator>()<sonde.TracerDelegator>();
  fits<official.TracerOptions>()<sonde.TracerOptions>();
  fits<official.TracerProvider>()<sonde.TracerProvider>();
  fits<official.UpDownCounter>()<sonde.UpDownCounter>();
  fits<official.ValueType>()<sonde.ValueType>();
}

/** Types that are the same on both sides, or that users give to us: theirs fits ours. */
export function theirsFitsOurs(): void {
  fits<sonde.Attributes>()<official.Attributes>();
  fits<sonde.Baggage>()<official.Baggage>();
  fits<sonde.BaggageEntry>()<official.BaggageEntry>();
  fits<sonde.BaggageEntryMetadata>()<official.BaggageEntryMetadata>();
  fits<sonde.BatchObservableCallback>()<official.BatchObservableCallback>();
  fits<sonde.BatchObservableResult>()<official.BatchObservableResult>();
  fits<sonde.Context>()<official.Context>();
  fits<sonde.ContextManagementToken>()<official.ContextManagementToken>();
  fits<sonde.ContextManager>()<official.ContextManager>();
  fits<sonde.DiagLogLevel>()<official.DiagLogLevel>();
  fits<sonde.DiagLogger>()<official.DiagLogger>();
  fits<sonde.Exception>()<official.Exception>();
  fits<sonde.Link>()<official.Link>();
  fits<sonde.LogRecord>()<official.LogRecord>();
  fits<sonde.Logger>()<official.Logger>();
  fits<sonde.LoggerProvider>()<official.LoggerProvider>();
  fits<sonde.LoggerProviderLike>()<official.LoggerProvider>();
  fits<sonde.MeterLike>()<official.Meter>();
  fits<sonde.MeterProviderLike>()<official.MeterProvider>();
  fits<sonde.MetricOptions>()<official.MetricOptions>();
  fits<sonde.Observable>()<official.Observable>();
  fits<sonde.ObservableCallback>()<official.ObservableCallback>();
  fits<sonde.ObservableResult>()<official.ObservableResult>();
  fits<sonde.Sampler>()<official.Sampler>();
  fits<sonde.SamplingResult>()<official.SamplingResult>();
  fits<sonde.SeverityNumber>()<official.SeverityNumber>();
  fits<sonde.Span>()<official.Span>();
  fits<sonde.SpanContext>()<official.SpanContext>();
  fits<sonde.SpanKind>()<official.SpanKind>();
  fits<sonde.SpanOptions>()<official.SpanOptions>();
  fits<sonde.SpanStatus>()<official.SpanStatus>();
  fits<sonde.TextMapGetter>()<official.TextMapGetter>();
  fits<sonde.TextMapPropagator>()<official.TextMapPropagator>();
  fits<sonde.TextMapSetter>()<official.TextMapSetter>();
  fits<sonde.TimeInput>()<official.TimeInput>();
  fits<sonde.TraceState>()<official.TraceState>();
  fits<sonde.TracerDelegator>()<official.TracerDelegator>();
  fits<sonde.TracerLike>()<official.Tracer>();
  fits<sonde.TracerProviderLike>()<official.TracerProvider>();
  fits<sonde.ValueType>()<official.ValueType>();
}

/** Functions: each takes the official objects. */
export async function ourFunctionsTakeTheirs(): Promise<void> {
  const { context, diag, logs, metrics, propagation, trace } = sonde;
  trace.setGlobalTracerProvider(theirs.tracerProvider);
  trace.setGlobalTracerProvider(theirs.proxyTracerProvider);
  trace.setSpan(theirs.context, theirs.span);
  trace.getSpan(theirs.context)?.setAttributes(theirs.attributes);
  trace.setSpanContext(theirs.context, theirs.spanContext);
  trace.wrapSpanContext(theirs.spanContext);
  trace.isSpanContextValid(theirs.spanContext);
  trace.withActiveSpan(theirs.span, (span) => span.end());
  metrics.setGlobalMeterProvider(theirs.meterProvider);
  logs.setGlobalLoggerProvider(theirs.loggerProvider);
  logs.getLogger('x').emit(theirs.logRecord);
  context.setGlobalContextManager(theirs.contextManager);
  context.with(theirs.context, () => 1);
  context.detach(theirs.token);
  propagation.setGlobalPropagator(theirs.propagator);
  propagation.inject(theirs.context, [] as string[], theirs.setter);
  propagation.extract(theirs.context, [] as string[], theirs.getter);
  propagation.setBaggage(theirs.context, theirs.baggage);
  propagation.createBaggage({ a: theirs.baggageEntry });
  diag.setLogger(theirs.diagLogger, theirs.level);
  const span = trace.getTracer('x').startSpan('a', theirs.spanOptions, theirs.context);
  span
    .setAttributes(theirs.attributes)
    .addEvent('e', theirs.attributes, theirs.time)
    .addEvent('e', theirs.time);
  span
    .addLink(theirs.link)
    .addLinks([theirs.link])
    .setStatus(theirs.status)
    .recordException(theirs.exception);
  trace
    .getTracer('x')
    .startActiveSpan('a', theirs.spanOptions, theirs.context, (active: official.Span) => active);
  sonde.withSpan(theirs.tracer, 'a', theirs.spanOptions, (active: official.Span) => active.end());
  await sonde.withSpan(theirs.tracer, 'a', async () => 1);
  const meter = metrics.getMeter('x');
  meter.createCounter('a', theirs.metricOptions).add(1, theirs.attributes, theirs.context);
  meter.createObservableGauge('a', theirs.metricOptions, theirs.observableCallback);
  meter.addBatchObservableCallback(theirs.batchCallback, [theirs.observable]);
}
