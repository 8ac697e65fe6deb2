/**
 * The one batching engine. Signals put a typed shell around it and add nothing to its rules:
 *
 *              add()                  due: batch full, delay over,
 *   records ----------> queue (count) ---- flush, exit ----> outlet --> exporter
 *              full: dropped, counted
 *
 * A batch is due when `maxExportBatchSize` records are queued, `scheduledDelayMillis` after the first record came into
 * an empty queue, or at a flush. What then happens is the outlet's: an exporter of ours encodes at once and sends on
 * its own time, so the queue is hardly ever longer than a batch; any other exporter gets one batch after another, and
 * what exceeds `maxQueueSize` meanwhile is lost, the newest first.
 */
import type { Timer } from '#platform';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import {
  type ProcessorReadings,
  type Registration,
  type SelfDescription,
  type SelfSource,
  selfMetrics,
} from '../common/self-metrics.ts';
import { withTracingSuppressed } from '../common/suppress-tracing.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Deadline, withDeadline } from './deadline.ts';
import { announceEnd, directPathOf } from './direct-export.ts';
import { DirectOutlet } from './direct-outlet.ts';
import { type ExitParticipant, registerForExit } from './exit.ts';
import type { Exportable, Exporter } from './export-call.ts';
import { type PipelineHost, platformHost } from './host.ts';
import { PipelineLedger } from './ledger.ts';
import { attempt, Lifecycle } from './lifecycle.ts';
import type { Outlet } from './outlet.ts';
import { SerialOutlet } from './serial-outlet.ts';

/** The most records encoded without a pause: 0.3 to 0.5 ms of spans. */
const MAX_SLICE = 512;

/** What to do when a batch comes together faster than the event loop turns. Only with exporters of ours. */
export type OnFull = 'encode' | 'drop';

/** All settled: defaults, environment and checks are the shells' business, see batch-options.ts. */
export interface BatcherOptions<T> {
  readonly exporter: Exporter<T>;
  /** The name of the shell for messages, such as `BatchSpanProcessor`. */
  readonly owner: string;
  /** The plural of what is batched, such as `spans`. */
  readonly records: string;
  readonly maxQueueSize: number;
  readonly scheduledDelayMillis: number;
  /** At most `maxQueueSize`. */
  readonly maxExportBatchSize: number;
  /** Bound of one export of a foreign exporter; 0 is none. */
  readonly exportTimeoutMillis: number;
  readonly onFull: OnFull;
  /** As what it appears in the SDK's own metrics. */
  readonly self: SelfDescription;
  readonly host?: PipelineHost | undefined;
}

export class Batcher<T extends Exportable> implements ExitParticipant, SelfSource<ProcessorReadings> {
  readonly ledger: PipelineLedger;
  readonly #exporter: Exporter<T>;
  readonly #owner: string;
  readonly #host: PipelineHost;
  readonly #queue: ChunkQueue<T>;
  readonly #outlet: Outlet;
  readonly #lifecycle: Lifecycle;
  readonly #registration: Registration;
  readonly #batchSize: number;
  readonly #delay: number;
  /** 0 after shutdown, so that `add` needs no check of its own for it. */
  #capacity: number;
  readonly #maxQueueSize: number;
  /** Records that never came into the queue. */
  #refused = 0;
  #refusedAfterShutdown = 0;
  /** Records that left the queue at the end without having been handed over. */
  #abandoned = 0;
  #skipped = 0;
  #timer: Timer | undefined;

  constructor(options: BatcherOptions<T>) {
    this.#exporter = options.exporter;
    this.#owner = options.owner;
    this.#host = options.host ?? platformHost;
    this.#batchSize = options.maxExportBatchSize;
    this.#delay = options.scheduledDelayMillis;
    this.#capacity = options.maxQueueSize;
    this.#maxQueueSize = options.maxQueueSize;
    this.ledger = new PipelineLedger(options.records, this.#host);
    const path = directPathOf(options.exporter);
    this.#queue = new ChunkQueue(path === undefined ? this.#batchSize : Math.min(this.#batchSize, MAX_SLICE));
    const shared = { owner: this.#outletOwner(), ledger: this.ledger, host: this.#host };
    this.#outlet =
      path === undefined
        ? new SerialOutlet<T>({
            ...shared,
            exporter: options.exporter,
            batchSize: this.#batchSize,
            timeoutMillis: options.exportTimeoutMillis,
            deferred: true,
          })
        : new DirectOutlet<T>({ ...shared, path, atOnce: options.onFull === 'encode' });
    this.#lifecycle = new Lifecycle(
      {
        what: options.owner,
        stopTaking: (timeoutMillis) => {
          this.#capacity = 0;
          announceEnd(this.#exporter, timeoutMillis);
        },
        flush: (timeoutMillis) => this.#flush(timeoutMillis),
        close: (timeoutMillis) => this.#close(timeoutMillis),
      },
      this.#host,
    );
    registerForExit(this);
    const { kind, type, meterProvider } = options.self;
    this.#registration = selfMetrics(meterProvider).addProcessor(kind, type, this);
  }

  /** The hot path: one push, two comparisons; no allocation but the queue's own growth, no clock, no promise. */
  add(record: T): void {
    this.ledger.made++;
    if (this.#queue.length >= this.#capacity) {
      this.#refuse();
      return;
    }
    const queued = this.#queue.push(record);
    if (queued >= this.#batchSize) this.#outlet.full();
    else if (queued === 1) this.#arm();
  }

  /** Counts a record that is rightly not exported, such as a span that is not sampled. */
  skip(): void {
    this.#skipped++;
  }

  selfReadings(): ProcessorReadings {
    const size = this.#queue.length;
    return {
      queue: { size, capacity: this.#maxQueueSize },
      processed: this.#skipped + this.#accepted() - size - this.#abandoned,
      failed: {
        queue_full: this.#refused - this.#refusedAfterShutdown,
        already_shutdown: this.#refusedAfterShutdown,
        timeout: this.#abandoned,
      },
    };
  }

  /** How many records are queued and neither encoded nor handed to the exporter. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** Records whose fate is not known: queued, or with an exporter that has not answered. */
  get heldLength(): number {
    return this.ledger.held;
  }

  /**
   * Hands over everything queued in this very call: what a process that is ending can still do. Returns false when an
   * exporter that is not ours has not answered for all of it by then.
   */
  encodeAllNow(): boolean {
    return this.#outlet.sendAllNow();
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  #outletOwner(): ConstructorParameters<typeof SerialOutlet<T>>[0]['owner'] {
    return {
      queued: () => this.#queue.length,
      take: () => this.#queue.shift(),
      resting: () => {
        if (this.#timer === undefined) this.#arm();
      },
    };
  }

  #refuse(): void {
    this.#refused++;
    if (this.#lifecycle.isShutdown) {
      this.#refusedAfterShutdown++;
      this.ledger.drop(1, 'already_shutdown');
    } else this.ledger.drop(1, 'queue_full', `maxQueueSize is ${this.#capacity}`);
  }

  /** One timer for all: it is set anew by the first record of an empty queue, not per record. */
  #arm(): void {
    this.#disarm();
    this.#timer = this.#host.setTimer(() => {
      this.#timer = undefined;
      this.#outlet.sendUntil(this.#accepted());
    }, this.#delay);
  }

  #disarm(): void {
    if (this.#timer === undefined) return;
    this.#host.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #accepted(): number {
    return this.ledger.made - this.#refused;
  }

  /** No async function: docs/design/pipeline.md, "Once a batch is not often". */
  #flush(timeoutMillis: number): Promise<void> {
    const deadline = new Deadline(timeoutMillis, this.#host);
    const lostBefore = this.ledger.dropped - this.#refused;
    const until = this.#accepted();
    this.#outlet.sendUntil(until);
    return this.#outlet
      .settled(until, deadline.remaining())
      .then(() => this.#flushExporter(deadline))
      .then(() => this.#tellLossesSince(lostBefore));
  }

  #flushExporter(deadline: Deadline): Promise<void> {
    // The specification wants this call whatever the exporter is: others may have exported through it as well.
    const flushed = attempt(() => withTracingSuppressed(() => this.#exporter.forceFlush?.()));
    return withDeadline(flushed, deadline.remaining(), 'exporter.forceFlush()', this.#host);
  }

  #tellLossesSince(lostBefore: number): void {
    const lost = this.ledger.dropped - this.#refused - lostBefore;
    if (lost > 0)
      throw new Error(`${this.#owner} could not deliver ${lost} records: ${this.ledger.lastLoss}`);
  }

  async #close(timeoutMillis: number): Promise<void> {
    this.#disarm();
    this.#outlet.stop();
    while (this.#queue.length > 0) {
      const left = this.#queue.shift().length;
      this.#abandoned += left;
      this.ledger.drop(left, 'timeout', 'shutdown had no more time for them');
    }
    const closed = attempt(() => withTracingSuppressed(() => this.#exporter.shutdown()));
    await withDeadline(closed, timeoutMillis, 'exporter.shutdown()', this.#host).finally(() => {
      this.ledger.close();
      this.#registration.close();
    });
  }
}
