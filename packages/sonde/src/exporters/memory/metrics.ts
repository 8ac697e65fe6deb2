/** InMemoryMetricExporter: keeps collections, for tests of programs that measure (metrics/sdk_exporters/in-memory.md). */

import { shown } from '../../internal/shown.ts';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import type { InstrumentType } from '../../sdk/metrics/aggregation-option.ts';
import type { PushMetricExporter } from '../../sdk/metrics/exporter.ts';
import { AggregationTemporality, type ResourceMetrics } from '../../sdk/metrics/metric-data.ts';

/** Keeps every exported collection until `reset()` or `shutdown()`. It has no bound: it is meant for tests. */
export class InMemoryMetricExporter implements PushMetricExporter {
  readonly #temporality: AggregationTemporality;
  #collections: ResourceMetrics[] = [];
  #stopped = false;

  /**
   * @param aggregationTemporality what it asks for, of every instrument. Default cumulative.
   * @throws TypeError when that is neither DELTA nor CUMULATIVE
   */
  constructor(aggregationTemporality: AggregationTemporality = AggregationTemporality.CUMULATIVE) {
    if (aggregationTemporality !== 0 && aggregationTemporality !== 1) {
      throw new TypeError(
        `InMemoryMetricExporter: aggregationTemporality is ${shown(aggregationTemporality)}; ` +
          'allowed are AggregationTemporality.DELTA (0) and CUMULATIVE (1)',
      );
    }
    this.#temporality = aggregationTemporality;
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    if (this.#stopped) {
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error('Cannot keep metrics: the in-memory exporter was shut down'),
      });
      return;
    }
    this.#collections.push(metrics);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The collections exported so far, in the order in which they came. The array is the exporter's own and grows on. */
  getMetrics(): ResourceMetrics[] {
    return this.#collections;
  }

  selectAggregationTemporality(_instrumentType: InstrumentType): AggregationTemporality {
    return this.#temporality;
  }

  /** Forgets the collections kept so far. */
  reset(): void {
    this.#collections = [];
  }

  /** Holds nothing back, so there is nothing to do. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Forgets the collections and refuses all that come later. */
  shutdown(): Promise<void> {
    this.#stopped = true;
    this.#collections = [];
    return Promise.resolve();
  }
}
