/**
 * What a PeriodicExportingMetricReader does over time: collections at an interval, exports one after another, the
 * accounts of data points.
 *
 *     tick ──┐                                          ┌─ delivered, failed or timed out ─► next batch
 *     flush ─┴─► collect ─► split ─► export batch ──────┘
 *            one at a time: a tick while one runs is left out, a flush waits for it
 */
import type { Timer } from '#platform';
import { report } from '../common/diagnostics.ts';
import { SELF_SCOPE } from '../common/self-metrics.ts';
import { withTracingSuppressed } from '../common/suppress-tracing.ts';
import { Deadline, withDeadline } from '../pipeline/deadline.ts';
import { announceEnd, type DirectPath, directPathOf } from '../pipeline/direct-export.ts';
import { type ExitParticipant, registerForExit } from '../pipeline/exit.ts';
import { callExporter, type ExportOutcome, pendingResources } from '../pipeline/export-call.ts';
import { type PipelineHost, platformHost } from '../pipeline/host.ts';
import { PipelineLedger } from '../pipeline/ledger.ts';
import { attempt, settleAll } from '../pipeline/lifecycle.ts';
import type { PushMetricExporter } from './exporter.ts';
import type { CollectionResult, ResourceMetrics } from './metric-data.ts';
import type { MetricReader } from './reader.ts';
import { pointCount, splitBatch } from './split-batch.ts';

export interface PeriodicExportOptions {
  /** The class for messages. */
  readonly owner: string;
  readonly reader: MetricReader;
  readonly exporter: PushMetricExporter;
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  readonly maxBatchSize: number | undefined;
  readonly host?: PipelineHost | undefined;
}

export class PeriodicExport implements ExitParticipant {
  readonly ledger: PipelineLedger;
  readonly #options: PeriodicExportOptions;
  readonly #host: PipelineHost;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: PeriodicExportOptions) {
    this.#options = options;
    this.#host = options.host ?? platformHost;
    this.ledger = new PipelineLedger('data points', this.#host);
  }

  /** Begins with the first interval: a provider has taken the reader in. */
  start(): void {
    registerForExit(this);
    this.#schedule();
  }

  /** One more collection is exported; rejects when that fails. The exporter is flushed in any case. */
  async flush(): Promise<void> {
    const { exporter, timeoutMillis, owner } = this.#options;
    while (this.#running !== undefined) await this.#running.catch(() => {});
    const flushed = async (): Promise<void> => {
      const work = attempt(() => withTracingSuppressed(() => exporter.forceFlush?.()));
      await withDeadline(work, timeoutMillis, 'exporter.forceFlush()', this.#host);
    };
    const exported = this.#run(false);
    await settleAll(`${owner}.forceFlush()`, [exported, exported.catch(() => {}).then(flushed)]);
  }

  /** The last collection, then the end of the exporter, also when the collection failed. `endMillis` is there for all of it. */
  async close(endMillis: number): Promise<void> {
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#isClosed = true;
    const { exporter, timeoutMillis, owner } = this.#options;
    announceEnd(exporter, endMillis);
    const shutDown = async (): Promise<void> => {
      const work = attempt(() => withTracingSuppressed(() => exporter.shutdown()));
      await withDeadline(work, timeoutMillis, 'exporter.shutdown()', this.#host);
    };
    const flushed = this.flush();
    const closed = flushed.catch(() => {}).then(shutDown);
    await settleAll(`${owner}.shutdown()`, [flushed, closed]).finally(() => this.ledger.close());
  }

  /** Something was measured that no collection has taken. How much it comes to is known when it is collected. */
  get queueLength(): number {
    return !this.#isClosed && this.#options.reader.isPending() ? 1 : 0;
  }

  /** A last collection, in this very call; only an exporter of ours can take it. */
  encodeAllNow(): boolean {
    const path = directPathOf<ResourceMetrics>(this.#options.exporter);
    if (path === undefined) return this.queueLength === 0;
    const result = this.#options.reader.collectNow();
    if (result !== undefined) this.#handOver(path, result);
    return true;
  }

  /**
   * A last collection with a bound, for a process that ends by itself. An exporter of ours takes it over as bytes and
   * sends them for as long as there is time; its `export` would hold the process for its own, longer timeout.
   */
  async forceFlush({ timeoutMillis }: { readonly timeoutMillis: number }): Promise<void> {
    const { reader, exporter } = this.#options;
    const path = directPathOf<ResourceMetrics>(exporter);
    if (path === undefined) return reader.forceFlush({ timeoutMillis });
    const deadline = new Deadline(timeoutMillis, this.#host);
    this.#handOver(path, await reader.collect({ timeoutMillis }));
    await path.drain(deadline.remaining());
  }

  #handOver(path: DirectPath<ResourceMetrics>, { resourceMetrics }: CollectionResult): void {
    const points = pointCount(resourceMetrics);
    if (points === 0 || isOnlyAboutItself(resourceMetrics)) return;
    this.ledger.made += points;
    path.take([resourceMetrics], 1, this.ledger);
  }

  #schedule(): void {
    this.#timer = this.#host.setTimer(() => this.#tick(), this.#options.intervalMillis);
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#schedule();
    // What fails is in the ledger, or was said.
    if (this.#running === undefined) this.#run(true).catch(() => {});
  }

  #run(isTick: boolean): Promise<void> {
    const running = this.#collectAndExport(isTick).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #collectAndExport(isTick: boolean): Promise<void> {
    const { reader, timeoutMillis, maxBatchSize, owner } = this.#options;
    const { resourceMetrics } = await this.#collect(reader, timeoutMillis);
    const points = pointCount(resourceMetrics);
    if (points === 0 || (!isTick && isOnlyAboutItself(resourceMetrics))) return;
    this.ledger.made += points;
    await pendingResources([resourceMetrics], timeoutMillis, this.#host);
    const batches =
      maxBatchSize === undefined ? [resourceMetrics] : splitBatch(resourceMetrics, maxBatchSize);
    let failure: string | undefined;
    for (const batch of batches) {
      const outcome = await this.#export(batch);
      if (outcome.kind !== 'delivered') failure ??= `${outcome.kind}: ${outcome.detail}`;
    }
    if (failure !== undefined) throw new Error(`${owner} could not deliver all data points: ${failure}`);
  }

  async #collect(reader: MetricReader, timeoutMillis: number): ReturnType<MetricReader['collect']> {
    try {
      return await reader.collect({ timeoutMillis, isBackground: true });
    } catch (error) {
      report('error', 'metric_collection', `${this.#options.owner} could not collect`, error);
      throw error;
    }
  }

  #export(batch: ResourceMetrics): Promise<ExportOutcome> {
    const { exporter, timeoutMillis } = this.#options;
    const points = pointCount(batch);
    return new Promise((resolve) => {
      callExporter(exporter, batch, timeoutMillis, this.#host, (outcome) => {
        if (outcome.kind === 'delivered') this.ledger.acknowledge(points);
        else this.ledger.drop(points, outcome.kind, outcome.detail);
        resolve(outcome);
      });
    });
  }
}

/**
 * What the SDK has to tell about itself leaves at the interval, and with others: by itself it is no reason for a flush or
 * a last export. A program that measures nothing would wait there for a receiver that it may not have.
 */
function isOnlyAboutItself({ scopeMetrics }: ResourceMetrics): boolean {
  return scopeMetrics.every(({ scope }) => scope.name === SELF_SCOPE);
}
