/** What the tests of the metrics SDK share: a provider with a reader that the test asks, and points as plain values. */
import assert from 'node:assert/strict';
import type {
  CollectionResult,
  DataPoint,
  HistogramValue,
  IMetricReader,
  MeterProviderOptions,
  MetricData,
  MetricReaderOptions,
} from 'sonde/sdk';
import { api, sdk } from './subject.ts';

/** A reader that both SDKs can be given: the base class is theirs, the two methods do nothing. */
export function manualReader(options: MetricReaderOptions = {}): IMetricReader {
  class Manual extends sdk.MetricReader {
    protected async onForceFlush(): Promise<void> {}
    protected async onShutdown(): Promise<void> {}
  }
  return new Manual(options);
}

export const DELTA: MetricReaderOptions = {
  aggregationTemporalitySelector: () => sdk.AggregationTemporality.DELTA,
};

/** A provider with one reader. */
export function bed(options: MeterProviderOptions = {}, readerOptions: MetricReaderOptions = {}) {
  const reader = manualReader(readerOptions);
  const provider = new sdk.MeterProvider({ ...options, readers: [reader] });
  const meter = provider.getMeter('meter', '1.0.0');
  return { reader, provider, meter, collect: () => collect(reader) };
}

/** The metrics of all scopes but the SDK's own. */
export function metricsOf({ resourceMetrics }: CollectionResult): MetricData[] {
  return resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name !== 'sonde')
    .flatMap(({ metrics }) => [...metrics]);
}

export async function collect(reader: IMetricReader): Promise<MetricData[]> {
  return metricsOf(await reader.collect());
}

export const pointsOf = (metric: MetricData | undefined): readonly DataPoint<unknown>[] =>
  (metric?.dataPoints ?? []) as readonly DataPoint<unknown>[];

/** The histogram of a metric's first point. */
export const histogramOf = (metric: MetricData | undefined): HistogramValue =>
  pointsOf(metric)[0]?.value as HistogramValue;

/** Name -> [attributes, value] of each point. */
export function valuesOf(metrics: readonly MetricData[]): Record<string, unknown[][]> {
  const values: Record<string, unknown[][]> = {};
  for (const metric of metrics) {
    const points = pointsOf(metric).map(({ attributes, value }) => [{ ...attributes }, value]);
    values[metric.descriptor.name] = [...(values[metric.descriptor.name] ?? []), ...points];
  }
  return values;
}

/** What is said through the API's diagnostics while `work` runs. */
export async function heard(work: () => unknown): Promise<string[]> {
  const said: string[] = [];
  const log = (message: string, ...rest: unknown[]): void => {
    said.push([message, ...rest].join(' '));
  };
  api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, api.DiagLogLevel.WARN);
  said.length = 0;
  try {
    await work();
  } finally {
    api.diag.disable();
  }
  return said;
}

let names = 0;

/** A name that no other test has: what is said about a name is said once in a process. */
export const freshName = (): string => `metric.${names++}`;

/** Milliseconds by which the SDK's clock may differ from the wall clock before it follows it. */
const DRIFT = 21;

/** Asserts that a point's time lies between two readings of the wall clock. */
export function assertBetween([seconds, nanos]: readonly [number, number], from: number, to: number): void {
  const millis = seconds * 1e3 + nanos / 1e6;
  assert.ok(millis >= from - DRIFT && millis <= to + DRIFT, `${millis} is not from ${from} to ${to}`);
}
