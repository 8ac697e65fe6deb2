/**
 * An exporter that does what a test tells it, also what no exporter should: it watches that it is called the way the
 * specification promises (never concurrently, nothing after shutdown) and keeps what it was given.
 */
import { type ExportResult, ExportResultCode } from '../sdk/common/export-result.ts';
import type { FakeClock } from './fake-clock.ts';

/** What an exporter may do with one call. */
export type ExportBehaviour =
  | 'succeed' // answers within the call
  | 'succeed-later' // answers after `delayMillis`
  | 'fail' // answers with a failure and a reason
  | 'fail-later'
  | 'throw'
  | 'reject' // an async function that throws
  | 'never' // does not answer
  | 'twice' // a success and, later, a failure
  | 'answer-and-throw'
  | 'garbage'; // answers with something that is no result

/** All of them, for property tests. */
export const EXPORT_BEHAVIOURS: readonly ExportBehaviour[] = [
  ...(['succeed', 'succeed-later', 'fail', 'fail-later', 'throw'] as const),
  ...(['reject', 'never', 'twice', 'answer-and-throw', 'garbage'] as const),
];

/** How an exporter behaves. */
export interface ScriptedExporterOptions {
  readonly clock: FakeClock;
  /** What to do with call number `index`, from 0. Default: always `succeed`. */
  readonly behaviour?: ((index: number) => ExportBehaviour) | undefined;
  /** For the behaviours that answer later, in milliseconds. Default 10. */
  readonly delayMillis?: number | undefined;
  /** The caller's bound of one export: a call without an answer counts as over then. Default 30000. */
  readonly timeoutMillis?: number | undefined;
}

/** A call that has not been answered. */
interface OpenCall {
  readonly expiresAt: number;
}

/** An exporter that behaves as told, call by call, and keeps what it was given. */
export class ScriptedExporter<T> {
  /** Every batch handed to `export`, in order, copied at the call. */
  readonly batches: T[][] = [];
  /** Batches that were answered with success the first time they were answered. */
  readonly delivered: T[][] = [];
  /** Calls of `export` that came while an earlier one had not been answered. */
  concurrentCalls = 0;
  /** Calls of `export` after `shutdown`. */
  lateCalls = 0;
  forceFlushCalls = 0;
  shutdownCalls = 0;
  readonly #clock: FakeClock;
  readonly #behaviour: (index: number) => ExportBehaviour;
  readonly #delay: number;
  readonly #timeout: number;
  readonly #open = new Set<OpenCall>();

  constructor(options: ScriptedExporterOptions) {
    this.#clock = options.clock;
    this.#behaviour = options.behaviour ?? (() => 'succeed');
    this.#delay = options.delayMillis ?? 10;
    this.#timeout = options.timeoutMillis ?? 30_000;
  }

  /** All records handed to `export`, in order. */
  get records(): T[] {
    return this.batches.flat();
  }

  export(records: T[], resultCallback: (result: ExportResult) => void): void {
    const behaviour = this.#behaviour(this.batches.length);
    const batch = [...records];
    this.batches.push(batch);
    if (this.#isBusy()) this.concurrentCalls++;
    if (this.shutdownCalls > 0) this.lateCalls++;
    const call: OpenCall = { expiresAt: this.#clock.now() + this.#timeout };
    this.#open.add(call);
    const answer = (result: ExportResult): void => {
      const isFirst = this.#open.delete(call) && this.#clock.now() < call.expiresAt;
      if (isFirst && result?.code === ExportResultCode.SUCCESS) this.delivered.push(batch);
      resultCallback(result);
    };
    // The type says void, as the official one does; what comes back is what an async implementation would return.
    return this.#act(behaviour, call, answer) as undefined;
  }

  forceFlush(): Promise<void> {
    this.forceFlushCalls++;
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutdownCalls++;
    return Promise.resolve();
  }

  #isBusy(): boolean {
    for (const call of this.#open) if (call.expiresAt > this.#clock.now()) return true;
    return false;
  }

  #act(behaviour: ExportBehaviour, call: OpenCall, answer: (result: ExportResult) => void): unknown {
    const success: ExportResult = { code: ExportResultCode.SUCCESS };
    const failure: ExportResult = { code: ExportResultCode.FAILED, error: new Error('as the script says') };
    switch (behaviour) {
      case 'succeed':
        return answer(success);
      case 'succeed-later':
        return void this.#clock.setTimer(() => answer(success), this.#delay);
      case 'fail':
        return answer(failure);
      case 'fail-later':
        return void this.#clock.setTimer(() => answer(failure), this.#delay);
      case 'twice':
        answer(success);
        return void this.#clock.setTimer(() => answer(failure), this.#delay);
      case 'garbage':
        return answer(undefined as unknown as ExportResult);
      case 'answer-and-throw':
        answer(success);
        throw new Error('thrown after the answer, as the script says');
      case 'throw':
        this.#open.delete(call);
        throw new Error('thrown, as the script says');
      case 'reject':
        this.#open.delete(call);
        return Promise.reject(new Error('rejected, as the script says'));
      case 'never':
        // The caller gives it up at its deadline; until then a second call would be concurrent.
        return undefined;
    }
  }
}
