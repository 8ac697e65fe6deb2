/** OTLPMetricExporter: collections of metrics over OTLP (specification: metrics/sdk_exporters/otlp.md). */

import { messageOf } from '../../internal/shown.ts';
import type { ExportResult } from '../../sdk/common/export-result.ts';
import type { AggregationOption, InstrumentType } from '../../sdk/metrics/aggregation-option.ts';
import type { PushMetricExporter } from '../../sdk/metrics/exporter.ts';
import type { AggregationTemporality, ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import type { AggregationSelector, AggregationTemporalitySelector } from '../../sdk/metrics/reader.ts';
import { DIRECT_EXPORT, type DirectPath } from '../../sdk/pipeline/direct-export.ts';
import { answer } from '../export-account.ts';
import { OtlpExporter, otlpWay } from '../exporter.ts';
import type { OTLPExporterOptions } from '../options.ts';
import { loadCodecs } from './deferred-codecs.ts';
import { type PointRun, sliceRuns } from './point-run.ts';
import {
  type AggregationTemporalityPreference,
  aggregationSelector,
  type TemporalityPreferenceName,
  temporalitySelector,
} from './preference.ts';
import { SliceQueue } from './slice-queue.ts';

/**
 * Points encoded in one go, which then make one message: about 0.5 ms of the main thread, and 200 KB to 1 MB, under
 * the 4 MiB that gRPC receivers take by default.
 */
const SLICE_POINTS = 2_048;

/** What metrics are asked to be before they are sent; what is not given comes from the environment. */
export interface OTLPMetricPreferences {
  /**
   * Whether counters and histograms are sent as totals or as differences. Default cumulative, or
   * OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
   */
  temporalityPreference?: AggregationTemporalityPreference | TemporalityPreferenceName | undefined;
  /**
   * The aggregation of instruments that no view chooses one for. Default that of the specification, with the one of
   * OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION for histograms.
   */
  aggregationPreference?: AggregationSelector | undefined;
}

/** Options of `OTLPMetricExporter`; what is not given comes from the environment. */
export interface OTLPMetricExporterOptions extends OTLPExporterOptions, OTLPMetricPreferences {}

/** What the exporters of metrics have in common, wherever their messages go: a receiver, a file. */
export class PointExporter implements PushMetricExporter {
  readonly #exporter: OtlpExporter<PointRun>;
  readonly #queue: SliceQueue = new SliceQueue();
  readonly #temporality: AggregationTemporalitySelector;
  readonly #aggregation: AggregationSelector;
  #ending: Promise<void> | undefined;

  /** @internal */
  constructor(exporter: OtlpExporter<PointRun>, preferences: OTLPMetricPreferences) {
    this.#exporter = exporter;
    this.#temporality = temporalitySelector(preferences.temporalityPreference);
    this.#aggregation = aggregationSelector(preferences.aggregationPreference);
    // Not a member of the class: a computed name keeps the class in bundles that have no use for it.
    (this as { [DIRECT_EXPORT]?: DirectPath<ResourceMetrics> })[DIRECT_EXPORT] = directPath(this.#exporter);
  }

  /**
   * Sends the collection and answers once its fate is known, within `timeoutMillis` of its last encoded part. A
   * partial success of the receiver is a success; what it refused is said.
   */
  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    if (this.#ending !== undefined) {
      answer(resultCallback, new Error('The OTLP exporter has been shut down; nothing was sent'));
      return;
    }
    let slices: PointRun[][];
    try {
      slices = sliceRuns(metrics, SLICE_POINTS);
    } catch (error) {
      answer(resultCallback, new Error('The metrics could not be read; nothing was sent', { cause: error }));
      return;
    }
    let open = Math.max(1, slices.length);
    let failure: Error | undefined;
    const onResult = ({ error }: ExportResult): void => {
      failure ??= error;
      if (--open === 0) answer(resultCallback, failure);
    };
    if (slices.length === 0) this.#exporter.export([], onResult);
    else this.#queue.add(slices, (slice) => this.#exporter.export(slice, onResult));
  }

  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#temporality(instrumentType);
  }

  selectAggregation(instrumentType: InstrumentType): AggregationOption {
    return this.#aggregation(instrumentType);
  }

  /** Settles when everything exported before the call was acknowledged or dropped; rejects after `timeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#queue.forceFlush();
    await this.#exporter.forceFlush();
  }

  /**
   * Waits for what is unacknowledged, for up to `timeoutMillis` and unless `waitOnShutdown` is false; then ends for
   * good. Rejects when something could not be delivered in that time.
   */
  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#exporter.beginEnd();
    await this.#queue.forceFlush();
    await this.#exporter.shutdown();
  }
}

/**
 * Sends metrics to an OTLP receiver: `new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })`.
 * A collection of more than 2,048 points goes out in several requests, encoded in turns of the event loop.
 */
export class OTLPMetricExporter extends PointExporter {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: OTLPMetricExporterOptions = {}) {
    super(new OtlpExporter(otlpWay('metrics', options, () => loadCodecs().codecs)), options);
  }
}

/** Encodes whole collections in the very call; the ledger counts data points. */
function directPath(exporter: OtlpExporter<PointRun>): DirectPath<ResourceMetrics> {
  const path = exporter[DIRECT_EXPORT];
  return {
    take(collections, count, ledger) {
      for (const metrics of collections.slice(0, count)) {
        try {
          for (const slice of sliceRuns(metrics, SLICE_POINTS)) path.take(slice, slice.length, ledger);
        } catch (error) {
          ledger.drop(1, 'encoding_failed', `a collection could not be read: ${messageOf(error)}`);
        }
      }
    },
    drain: (timeoutMillis) => path.drain(timeoutMillis),
    beginEnd: (timeoutMillis) => path.beginEnd?.(timeoutMillis),
  };
}
