// Where the telemetry of this service goes. Nothing else in the service knows about it.
import { env } from 'node:process';
import { BatchSpanProcessor, ConsoleSpanExporter, startSdk } from 'sonde/sdk';

/**
 * Everything to the console, unless the environment names exporters: OTEL_TRACES_EXPORTER=otlp sends the same spans to
 * a collector on localhost, with no change of code.
 */
export function startTelemetry() {
  return startSdk({ serviceName: 'exercise-svc', ...traces() });
}

function traces() {
  if (env['OTEL_TRACES_EXPORTER']) return {};
  return { spanProcessors: [new BatchSpanProcessor({ exporter: new ConsoleSpanExporter() })] };
}
