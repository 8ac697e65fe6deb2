// Where the metrics of this program go. Nothing else in it knows.
import { env } from 'node:process';
import { AggregationType, ConsoleMetricExporter, PeriodicExportingMetricReader, startSdk } from 'sonde/sdk';

/** Twice a second to the console, unless OTEL_METRICS_EXPORTER names where else. */
export function startTelemetry() {
  return startSdk({
    serviceName: 'queue-depth',
    spanProcessors: [],
    logRecordProcessors: [],
    ...readers(),
    views,
  });
}

const views = [
  // What Sonde measures of itself belongs on a dashboard, not between these lines.
  { meterName: 'sonde', aggregation: { type: AggregationType.DROP } },
  {
    // Jobs wait for milliseconds: buckets for up to ten seconds would say little.
    instrumentName: 'queue.wait.duration',
    aggregation: {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [10, 20, 50, 100, 200, 500, 1000] },
    },
  },
];

function readers() {
  if (env['OTEL_METRICS_EXPORTER']) return {};
  const exporter = new ConsoleMetricExporter();
  return { metricReaders: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 500 })] };
}
