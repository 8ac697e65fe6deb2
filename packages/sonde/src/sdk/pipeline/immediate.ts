/**
 * The immediate stage: every record is exported at once, one after another. What comes while an export is running
 * waits in a bounded queue behind it, because the specification forbids a second call of `export` before the first
 * was answered. Simple processors put a typed shell around it.
 */
import type { ForceFlushOptions } from '../common/flush-options.ts';
import {
  type ProcessorReadings,
  type Registration,
  type SelfDescription,
  type SelfSource,
  selfMetrics,
} from '../common/self-metrics.ts';
import { withTracingSuppressed } from '../common/suppress-tracing.ts';
import { Deadline, withDeadline } from './deadline.ts';
import { announceEnd } from './direct-export.ts';
import { type ExitParticipant, registerForExit } from './exit.ts';
import type { Exportable, Exporter } from './export-call.ts';
import { type PipelineHost, platformHost } from './host.ts';
import { PipelineLedger } from './ledger.ts';
import { attempt, Lifecycle } from './lifecycle.ts';
import { SerialOutlet } from './serial-outlet.ts';

/** Records that wait behind a running export; the default of the batch processors' `maxQueueSize`. */
const MAX_QUEUE_SIZE = 2048;

/** Bound of one export in milliseconds; the default of the batch processors' `exportTimeoutMillis`. */
const EXPORT_TIMEOUT_MILLIS = 30_000;

export interface ImmediateOptions<T> {
  readonly exporter: Exporter<T>;
  /** The name of the shell for messages, such as `SimpleSpanProcessor`. */
  readonly owner: string;
  /** The plural of what is exported, such as `spans`. */
  readonly records: string;
  /** As what it appears in the SDK's own metrics. */
  readonly self: SelfDescription;
  readonly host?: PipelineHost | undefined;
}

export class ImmediateStage<T extends Exportable> implements ExitParticipant, SelfSource<ProcessorReadings> {
  readonly ledger: PipelineLedger;
  readonly #exporter: Exporter<T>;
  readonly #owner: string;
  readonly #host: PipelineHost;
  readonly #queue: T[] = [];
  readonly #outlet: SerialOutlet<T>;
  readonly #lifecycle: Lifecycle;
  readonly #registration: Registration;
  #accepted = 0;
  #refused = 0;
  #refusedAfterShutdown = 0;
  #abandoned = 0;
  #skipped = 0;
  /** Losses that a flush has told its caller of. */
  #told = 0;

  constructor(options: ImmediateOptions<T>) {
    this.#exporter = options.exporter;
    this.#owner = options.owner;
    this.#host = options.host ?? platformHost;
    this.ledger = new PipelineLedger(options.records, this.#host);
    this.#outlet = new SerialOutlet<T>({
      exporter: options.exporter,
      ledger: this.ledger,
      host: this.#host,
      owner: {
        queued: () => this.#queue.length,
        take: () => this.#queue.splice(0, 1),
        resting: () => {},
      },
      batchSize: 1,
      timeoutMillis: EXPORT_TIMEOUT_MILLIS,
      deferred: false,
    });
    this.#lifecycle = new Lifecycle(
      {
        what: options.owner,
        stopTaking: (timeoutMillis) => announceEnd(this.#exporter, timeoutMillis),
        flush: (timeoutMillis) => this.#flush(timeoutMillis),
        close: (timeoutMillis) => this.#close(timeoutMillis),
      },
      this.#host,
    );
    registerForExit(this);
    const { kind, type, meterProvider } = options.self;
    this.#registration = selfMetrics(meterProvider).addProcessor(kind, type, this);
  }

  /** Counts a record that is rightly not exported, such as a span that is not sampled. */
  skip(): void {
    this.#skipped++;
  }

  selfReadings(): ProcessorReadings {
    return {
      processed: this.#skipped + this.#accepted - this.#queue.length - this.#abandoned,
      failed: {
        queue_full: this.#refused,
        already_shutdown: this.#refusedAfterShutdown,
        timeout: this.#abandoned,
      },
    };
  }

  /** Records waiting behind the running export. */
  get queueLength(): number {
    return this.#queue.length;
  }

  add(record: T): void {
    this.ledger.made++;
    if (this.#lifecycle.isShutdown) {
      this.#refusedAfterShutdown++;
      this.ledger.drop(1, 'already_shutdown');
    } else if (this.#queue.length >= MAX_QUEUE_SIZE) {
      this.#refused++;
      this.ledger.drop(1, 'queue_full', `${MAX_QUEUE_SIZE} wait behind the running export`);
    } else {
      this.#accepted++;
      this.#queue.push(record);
      this.#outlet.full();
    }
  }

  /** Records that the exporter has not answered for. */
  get heldLength(): number {
    return this.ledger.held;
  }

  encodeAllNow(): boolean {
    return this.#outlet.sendAllNow();
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  async #flush(timeoutMillis: number): Promise<void> {
    const deadline = new Deadline(timeoutMillis, this.#host);
    this.#outlet.sendUntil(this.#accepted);
    await this.#outlet.settled(this.#accepted, deadline.remaining());
    const flushed = attempt(() => withTracingSuppressed(() => this.#exporter.forceFlush?.()));
    await withDeadline(flushed, deadline.remaining(), 'exporter.forceFlush()', this.#host);
    // Records leave at once, so most losses are there before anybody asks.
    const lost = this.ledger.dropped - this.#told;
    this.#told = this.ledger.dropped;
    if (lost > 0)
      throw new Error(`${this.#owner} could not deliver ${lost} records: ${this.ledger.lastLoss}`);
  }

  async #close(timeoutMillis: number): Promise<void> {
    this.#outlet.stop();
    const left = this.#queue.splice(0).length;
    this.#abandoned += left;
    if (left > 0) this.ledger.drop(left, 'timeout', 'shutdown had no more time for them');
    const closed = attempt(() => withTracingSuppressed(() => this.#exporter.shutdown()));
    await withDeadline(closed, timeoutMillis, 'exporter.shutdown()', this.#host).finally(() => {
      this.ledger.close();
      this.#registration.close();
    });
  }
}
