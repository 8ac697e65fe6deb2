/** The metric readers that OTEL_METRICS_EXPORTER names, and those that code gives. */
import { OTLPMetricExporter } from '../otlp/metrics/exporter.ts';
import { readEnv, readEnvIfSet } from '../sdk/common/environment.ts';
import type { PushMetricExporter } from '../sdk/metrics/exporter.ts';
import { PeriodicExportingMetricReader } from '../sdk/metrics/periodic-reader.ts';
import type { IMetricReader } from '../sdk/metrics/reader.ts';
import { type LatePlace, lateExporter } from './late-exporter.ts';
import type { SdkOptions } from './options.ts';
import { availableOf } from './selection.ts';

/** Milliseconds between two collections for standard output (metrics/sdk_exporters/stdout.md). */
const PRINTING_INTERVAL_MILLIS = 10_000;

const AVAILABLE: Readonly<Record<string, () => IMetricReader | undefined>> = {
  otlp: otlpReader,
  console: () => printingReader('console', { part: 'sonde/sdk', className: 'ConsoleMetricExporter' }),
  'otlp/stdout': () =>
    printingReader('otlp/stdout', { part: 'sonde/otlp-file', className: 'OTLPFileMetricExporter' }),
  prometheus: prometheusReader,
};

/** Code wins: with readers given in code, OTEL_METRICS_EXPORTER is not looked at. */
export function metricReaders(options: SdkOptions): readonly IMetricReader[] {
  if (options.metricReaders !== undefined) return options.metricReaders;
  return availableOf('OTEL_METRICS_EXPORTER', readEnv('OTEL_METRICS_EXPORTER'), AVAILABLE)
    .map((make) => make())
    .filter((reader) => reader !== undefined);
}

function otlpReader(): IMetricReader {
  return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
}

/** What prints metrics is loaded when it is named. */
function printingReader(word: string, place: LatePlace): IMetricReader | undefined {
  const exporter = lateExporter<PushMetricExporter>('OTEL_METRICS_EXPORTER', word, place);
  if (exporter === undefined) return undefined;
  const set = readEnvIfSet('OTEL_METRIC_EXPORT_INTERVAL');
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: set === undefined ? PRINTING_INTERVAL_MILLIS : undefined,
  });
}

/** A server for scrapers, which few programs need. */
function prometheusReader(): IMetricReader | undefined {
  const place = { part: 'sonde/prometheus', className: 'PrometheusExporter' } as const;
  return lateExporter<IMetricReader>('OTEL_METRICS_EXPORTER', 'prometheus', place);
}
