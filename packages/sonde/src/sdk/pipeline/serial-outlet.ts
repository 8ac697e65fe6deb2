/**
 * Sends batches through the `export` of any exporter, strictly one after another: the specification forbids a second
 * call before the first was answered. Simple processors use it with batches of one.
 *
 *     idle --sendUntil/full--> exporting --answer, failure or timeout--> idle or the next batch
 */

import { withDeadline } from './deadline.ts';
import {
  callExporter,
  type Exportable,
  type Exporter,
  type ExportOutcome,
  pendingResources,
} from './export-call.ts';
import type { PipelineHost } from './host.ts';
import type { PipelineLedger } from './ledger.ts';
import type { Outlet, OutletOwner } from './outlet.ts';

export interface SerialOutletOptions<T> {
  readonly exporter: Exporter<T>;
  readonly owner: OutletOwner<T>;
  readonly ledger: PipelineLedger;
  readonly host: PipelineHost;
  readonly batchSize: number;
  /** Bound of one export in milliseconds; 0 is none. */
  readonly timeoutMillis: number;
  /** Whether a batch that came together in `add` waits until the caller's own work is over. */
  readonly deferred: boolean;
}

interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
}

export class SerialOutlet<T extends Exportable> implements Outlet {
  readonly #options: SerialOutletOptions<T>;
  /** From before an export until its outcome is known, and while the next one waits for its turn. */
  #busy = false;
  /** True while the exporter's `export` is on the stack. */
  #calling = false;
  #starting = false;
  /** A batch whose resource is still being looked up. */
  #waiting: T[] | undefined;
  /** A turn of the event loop is booked for the next batch. */
  #booked = false;
  /** True while everything is sent in one call. */
  #draining = false;
  #stopped = false;
  #until = 0;
  #taken = 0;
  #settled = 0;
  #waiters: Waiter[] = [];

  constructor(options: SerialOutletOptions<T>) {
    this.#options = options;
  }

  full(): void {
    if (this.#busy || this.#starting) return;
    if (!this.#options.deferred) {
      this.#run();
      return;
    }
    this.#starting = true;
    queueMicrotask(() => {
      this.#starting = false;
      this.#run();
    });
  }

  sendUntil(until: number): void {
    if (until > this.#until) this.#until = until;
    this.#run();
  }

  settled(until: number, timeoutMillis: number): Promise<void> {
    if (this.#settled >= until) return Promise.resolve();
    const outcome = new Promise<void>((resolve) => this.#waiters.push({ until, resolve }));
    return withDeadline(outcome, timeoutMillis, 'Exporting what was queued', this.#options.host);
  }

  /** An exporter that answers within the call (a console, a file) takes everything; any other begins with one batch. */
  sendAllNow(): boolean {
    const { owner } = this.#options;
    if (this.#booked) {
      this.#booked = false;
      this.#busy = false;
    }
    this.#draining = true;
    if (this.#waiting !== undefined) this.#exportWaiting(this.#waiting);
    while (!this.#busy && !this.#calling && !this.#stopped && owner.queued() > 0) this.#take();
    this.#draining = false;
    return !this.#busy && owner.queued() === 0;
  }

  stop(): void {
    this.#stopped = true;
  }

  #run(): void {
    if (this.#busy || this.#calling) return;
    if (!this.#due()) {
      if (this.#options.owner.queued() > 0) this.#options.owner.resting();
      return;
    }
    this.#take();
  }

  #take(): void {
    this.#busy = true;
    const batch = this.#options.owner.take();
    this.#taken += batch.length;
    this.#begin(batch);
  }

  #due(): boolean {
    const queued = this.#options.owner.queued();
    return queued >= this.#options.batchSize || (queued > 0 && this.#taken < this.#until);
  }

  #begin(batch: T[]): void {
    const { timeoutMillis, host } = this.#options;
    // A process that is ending has no time for a resource that is still being looked up: it goes with what it has.
    const pending = this.#draining ? undefined : pendingResources(batch, timeoutMillis, host);
    if (pending === undefined) {
      this.#export(batch);
      return;
    }
    this.#waiting = batch;
    void pending.then(() => this.#exportWaiting(batch));
  }

  /** Once: the end of the process does not wait for the resource. */
  #exportWaiting(batch: T[]): void {
    if (this.#waiting !== batch) return;
    this.#waiting = undefined;
    this.#export(batch);
  }

  #export(batch: T[]): void {
    const { exporter, timeoutMillis, host } = this.#options;
    // The exporter may empty the array it was given.
    const count = batch.length;
    if (this.#stopped) {
      this.#account(count, { kind: 'timeout', detail: 'shutdown had no more time for them' });
      return;
    }
    let answered = false;
    this.#calling = true;
    callExporter(exporter, batch, timeoutMillis, host, (outcome) => {
      this.#account(count, outcome);
      answered = true;
      if (!this.#calling) this.#next();
    });
    this.#calling = false;
    // An answer within the call: the next batch gets a turn of its own, so that an exporter which always answers at
    // once neither recurses nor keeps the loop.
    if (!answered) return;
    if (this.#draining) this.#busy = false;
    else this.#nextInItsTurn();
  }

  #nextInItsTurn(): void {
    if (!this.#due()) {
      this.#next();
      return;
    }
    this.#booked = true;
    this.#options.host.nextTurn(() => {
      if (!this.#booked) return;
      this.#booked = false;
      this.#next();
    });
  }

  #next(): void {
    this.#busy = false;
    this.#run();
  }

  #account(count: number, outcome: ExportOutcome): void {
    const { ledger } = this.#options;
    if (outcome.kind === 'delivered') ledger.acknowledge(count);
    else ledger.drop(count, outcome.kind, outcome.detail);
    this.#settled += count;
    this.#wake();
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    const still: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.until <= this.#settled) waiter.resolve();
      else still.push(waiter);
    }
    this.#waiters = still;
  }
}
