/** PeriodicExportingMetricReader: collects at an interval and pushes (metrics/sdk.md#periodic-exporting-metricreader). */

import { report } from '../common/diagnostics.ts';
import { readEnv } from '../common/environment.ts';
import { OptionChecks } from '../common/option-checks.ts';
import { requireMethods } from '../pipeline/options.ts';
import type { PushMetricExporter } from './exporter.ts';
import { type CardinalityLimits, cardinalitySelector } from './limits.ts';
import type { MetricFilter } from './metric-filter.ts';
import { PeriodicExport } from './periodic-export.ts';
import { type MetricProducer, MetricReader } from './reader.ts';

/** What a timeout that nobody gave in code is not cut below, in milliseconds: no receiver answers within any time. */
const LEAST_TIMEOUT_MILLIS = 1_000;

/** The longest time a timer can wait for, in milliseconds. */
const MAX_TIMER_MILLIS = 0x7fff_ffff;

/** What a PeriodicExportingMetricReader can be given. */
export interface PeriodicExportingMetricReaderOptions {
  /** Gets each collection, and is asked for temporality and aggregation. */
  readonly exporter: PushMetricExporter;
  /** Milliseconds between two collections. Default 60,000, or OTEL_METRIC_EXPORT_INTERVAL. */
  readonly exportIntervalMillis?: number | undefined;
  /**
   * Milliseconds that callbacks, and after them each export, may take. At most the interval. Default 30,000, or
   * OTEL_METRIC_EXPORT_TIMEOUT, cut to an interval that is shorter, but not below a second: a collection that is due
   * while an export runs is left out.
   */
  readonly exportTimeoutMillis?: number | undefined;
  /** The most data points in one export; a collection that has more goes out in several. Default: no bound. */
  readonly maxExportBatchSize?: number | undefined;
  /** The most series of one metric stream, by the kind of its instrument. Default 2000. */
  readonly cardinalityLimits?: CardinalityLimits | undefined;
  /** Bridges whose metrics are collected as well. */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** What is wanted of the metrics. Default: everything. */
  readonly metricFilter?: MetricFilter | undefined;
}

/**
 * Collects every `exportIntervalMillis` and hands the metrics to an exporter, one export at a time; once more at a flush,
 * at shutdown and when the process ends. Its timer keeps no process alive.
 *
 * Throws a TypeError or RangeError for options that cannot work.
 */
export class PeriodicExportingMetricReader extends MetricReader {
  readonly #export: PeriodicExport;

  constructor(options: PeriodicExportingMetricReaderOptions) {
    const owner = 'PeriodicExportingMetricReader';
    const { exporter, metricProducers, metricFilter, cardinalityLimits } = options ?? {};
    requireMethods(owner, 'exporter', exporter, ['export', 'shutdown']);
    const timing = settleTiming(owner, options);
    super({
      aggregationSelector: exporter.selectAggregation?.bind(exporter),
      aggregationTemporalitySelector: exporter.selectAggregationTemporality?.bind(exporter),
      cardinalitySelector: cardinalitySelector(owner, cardinalityLimits),
      metricProducers,
      metricFilter,
      otelComponentType: 'periodic_metric_reader',
    });
    this.#export = new PeriodicExport({ ...timing, owner, exporter, reader: this });
  }

  protected override onInitialized(): void {
    this.#export.start();
  }

  protected onForceFlush(): Promise<void> {
    return this.#export.flush();
  }

  protected onShutdown(timeoutMillis: number): Promise<void> {
    return this.#export.close(timeoutMillis);
  }
}

interface Timing {
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  readonly maxBatchSize: number | undefined;
}

function settleTiming(owner: string, options: PeriodicExportingMetricReaderOptions): Timing {
  const checks = new OptionChecks(owner, options);
  const interval = checks.whole('exportIntervalMillis', 1, MAX_TIMER_MILLIS);
  const timeout = checks.whole('exportTimeoutMillis', 1, MAX_TIMER_MILLIS);
  const maxBatchSize = checks.whole('maxExportBatchSize', 1, Number.MAX_SAFE_INTEGER);
  checks.finish('exporter', 'cardinalityLimits', 'metricProducers', 'metricFilter');
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    throw new TypeError(
      `${owner}: exportTimeoutMillis must not exceed exportIntervalMillis; got ${timeout} with an interval of ${interval}`,
    );
  }
  return { ...settleInterval(owner, interval, timeout), maxBatchSize };
}

/** What was given in code stays; a default or a variable that does not go with it gives way. */
function settleInterval(
  owner: string,
  interval: number | undefined,
  timeout: number | undefined,
): { intervalMillis: number; timeoutMillis: number } {
  const wantedInterval = interval ?? Math.max(1, readEnv('OTEL_METRIC_EXPORT_INTERVAL'));
  const wantedTimeout = timeout ?? readEnv('OTEL_METRIC_EXPORT_TIMEOUT');
  const intervalMillis = timeout === undefined ? wantedInterval : Math.max(wantedInterval, timeout);
  const most = timeout ?? Math.max(intervalMillis, LEAST_TIMEOUT_MILLIS);
  const timeoutMillis = wantedTimeout === 0 ? most : Math.min(wantedTimeout, most);
  if (intervalMillis !== wantedInterval || timeoutMillis !== wantedTimeout) {
    report(
      'debug',
      'metric_timeout',
      `${owner}: the interval is ${intervalMillis} ms, and an export may take ${timeoutMillis} ms`,
    );
  }
  return { intervalMillis, timeoutMillis };
}
