/**
 * The accounts of one pipeline, and what is said about losses.
 *
 *   made  =  acknowledged  +  dropped (by reason)  +  held
 *
 * `made` is counted where records enter, the other two where their fate is known; `held` follows. A loss is said when
 * it begins and when it is over, not for each record: over means that two deliveries in a row went well, so that a
 * pipeline losing every other batch says one thing and not two per batch.
 */
import type { DropReason, Ledger } from './direct-export.ts';
import { type PipelineHost, platformHost } from './host.ts';

/** How many deliveries in a row end a loss. */
const DELIVERIES_THAT_END_A_LOSS = 2;

/** Pipelines whose losses are said each by itself; those that lose after them share one line. */
const MAX_SOURCES = 8;
/** How many pipelines have lost something. */
let sources = 0;

/** A reading of the accounts. */
export interface Accounts {
  readonly made: number;
  readonly acknowledged: number;
  readonly dropped: number;
  /** Queued, being encoded, or on the way to the receiver. */
  readonly held: number;
  readonly droppedBy: Readonly<Partial<Record<DropReason, number>>>;
}

const EXPLANATIONS: Readonly<Record<DropReason, string>> = {
  queue_full: 'the queue is full',
  rejected: 'the receiver refused them',
  retry_expired: 'the receiver could not be reached for too long',
  process_ended: 'the process ended before a receiver had taken them',
  too_large: 'they are larger than the limit for one request',
  encoding_failed: 'they could not be encoded',
  timeout: 'the exporter did not answer in time',
  export_failed: 'the exporter failed',
  already_shutdown: 'they came after shutdown',
  filtered: 'a filter did not keep them',
};

export class PipelineLedger implements Ledger {
  /** Records that entered. Counted by the owner, in place, because it is on the hot path. */
  made = 0;
  readonly #what: string;
  readonly #host: PipelineHost;
  readonly #droppedBy = new Map<DropReason, number>();
  #acknowledged = 0;
  #dropped = 0;
  /** Losses since the current one began, by reason; empty while all is well. */
  readonly #loss = new Map<DropReason, number>();
  /** How many of them no line has told of. */
  #untold = 0;
  #deliveriesSinceDrop = 0;
  #lastLoss = '';
  /** Which of the pipelines speaks, so that none hides another's losses. */
  #source: string | undefined = undefined;

  /** @param what the plural of what is counted, such as `spans` */
  constructor(what: string, host: PipelineHost = platformHost) {
    this.#what = what;
    this.#host = host;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get held(): number {
    return this.made - this.#acknowledged - this.#dropped;
  }

  /** Why records were lost the last time, in words. */
  get lastLoss(): string {
    return this.#lastLoss;
  }

  acknowledge(count: number): void {
    this.#acknowledged += count;
    if (this.#loss.size === 0) return;
    this.#deliveriesSinceDrop++;
    if (this.#deliveriesSinceDrop >= DELIVERIES_THAT_END_A_LOSS) this.#sayOver();
  }

  drop(count: number, reason: DropReason, detail?: string): void {
    this.#dropped += count;
    this.#droppedBy.set(reason, (this.#droppedBy.get(reason) ?? 0) + count);
    // A filter loses nothing: it does what it was told.
    if (reason === 'filtered') return;
    this.#deliveriesSinceDrop = 0;
    this.#lastLoss = detail === undefined ? EXPLANATIONS[reason] : `${EXPLANATIONS[reason]} (${detail})`;
    const lost = this.#loss.get(reason);
    this.#loss.set(reason, (lost ?? 0) + count);
    if (lost === undefined) {
      this.#say(reason, `Losing ${this.#what}, ${count} so far: ${this.#lastLoss}`);
    } else this.#untold += count;
  }

  /** How many were dropped for one reason. */
  droppedFor(reason: DropReason): number {
    return this.#droppedBy.get(reason) ?? 0;
  }

  accounts(): Accounts {
    return {
      made: this.made,
      acknowledged: this.#acknowledged,
      dropped: this.#dropped,
      held: this.held,
      droppedBy: Object.fromEntries(this.#droppedBy),
    };
  }

  /**
   * Says what a loss that is still going on has cost, where that is more than was said as it began: at shutdown, when no
   * delivery will end it any more.
   */
  close(): void {
    if (this.#untold > 0) this.#say('loss_over', `In all ${this.#lossText()} of this pipeline were lost`);
    this.#loss.clear();
    this.#untold = 0;
  }

  #sayOver(): void {
    this.#say(
      'loss_over',
      `No more ${this.#what} are being lost; since the loss began it was ${this.#lossText()}`,
    );
    this.#loss.clear();
    this.#untold = 0;
    this.#deliveriesSinceDrop = 0;
  }

  #say(code: string, message: string): void {
    if (this.#source === undefined) {
      if (sources < MAX_SOURCES) sources++;
      this.#source = `${this.#what} ${sources}`;
    }
    this.#host.report('warn', code, message, undefined, this.#source);
  }

  #lossText(): string {
    let total = 0;
    const parts: string[] = [];
    for (const [reason, count] of this.#loss) {
      total += count;
      parts.push(`${reason} ${count}`);
    }
    return `${total} ${this.#what} (${parts.join(', ')})`;
  }
}
