// Where the telemetry of this service goes. Nothing else in the service knows about it.
import { env } from 'node:process';
import {
  AggregationType,
  BatchSpanProcessor,
  ConsoleMetricExporter,
  ConsoleSpanExporter,
  PeriodicExportingMetricReader,
  startSdk,
} from 'sonde/sdk';

/**
 * Everything to the console, unless the environment names exporters: OTEL_TRACES_EXPORTER=otlp sends the same spans to
 * a collector on localhost, OTEL_METRICS_EXPORTER=otlp the same metrics, with no change of code.
 */
export function startTelemetry() {
  return startSdk({ serviceName: 'exercise-svc', ...traces(), ...metrics() });
}

function traces() {
  if (env['OTEL_TRACES_EXPORTER']) return {};
  return { spanProcessors: [new BatchSpanProcessor({ exporter: new ConsoleSpanExporter() })] };
}

/** Every five seconds, and once more when the telemetry is flushed. */
function metrics() {
  if (env['OTEL_METRICS_EXPORTER']) return {};
  const exporter = new ConsoleMetricExporter();
  return {
    metricReaders: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 5_000 })],
    // What Sonde measures of itself belongs on a dashboard, not between the lines of an exercise.
    views: [{ meterName: 'sonde', aggregation: { type: AggregationType.DROP } }],
  };
}
