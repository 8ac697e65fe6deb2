/**
 * The send buffer: encoded batches of one exporter on their way to one destination. Several requests are in flight,
 * started in the order of arrival; one that may be retried waits out its backoff beside the others. Memory is bounded
 * by bytes over all buffers of the process, and every record ends in its ledger exactly once.
 *
 *   put ─► settling ─► ready ─► sending ─► acknowledged | dropped
 *          (resource)    ▲         │
 *                        └ waiting ┘ (backoff, Retry-After)
 *
 * A destination that failed several times in a row gets one probe at a time until it answers again: an outage costs a
 * connection attempt every few seconds, however much is waiting.
 */
import { clearTimer, type ExitAnswer, now, setHoldingTimer, setTimer, type Timer } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import type { ExporterTally, StatusAttributes } from '../../sdk/common/exporter-tally.ts';
import type { DropReason, Ledger } from '../../sdk/pipeline/direct-export.ts';
import { isDeliveryNext } from '../../sdk/pipeline/exit.ts';
import type { EncodedBatch } from '../signal-codec.ts';
import { giveBackBytes } from '../wire/spare-memory.ts';
import { Drains, MAX_TIMER_MILLIS } from './drains.ts';
import { HeldBatch } from './held-batch.ts';
import { LastCall } from './last-call.ts';
import { sendBufferAccount as account, type PendingBatch } from './pending.ts';
import { ResourceWait } from './resource-wait.ts';
import { backoffMillis, retryDelayMillis } from './retry.ts';
import { type AnyTransport, errorTypeOf, type SendResult } from './send.ts';
import { SendQueue } from './send-queue.ts';

/** Time, timers and chance: replaced as a whole in tests. */
export interface SendBufferHost {
  now(): number;
  random(): number;
  setTimer(callback: () => void, milliseconds: number): Timer;
  setHoldingTimer(callback: () => void, milliseconds: number): Timer;
  clearTimer(timer: Timer): void;
}

type Compress = (pieces: readonly Uint8Array[]) => Promise<Uint8Array[]>;

export interface SendBufferOptions {
  /** For messages: what is sent. */
  readonly signal: string;
  readonly transport: AnyTransport;
  /** Puts a batch's message together once its resource has settled. */
  readonly complete: (batch: EncodedBatch) => Uint8Array[];
  /** Compresses a message, once, before its first attempt. */
  readonly compress?: Compress | undefined;
  readonly concurrencyLimit: number;
  /** Bound over all buffers of the process. */
  readonly maxBufferBytes: number;
  /** Bound of one message before compression. */
  readonly maxRequestBytes: number;
  /** Bound of one attempt; 0 is none. */
  readonly timeoutMillis: number;
  /** How long a batch is kept for retries. */
  readonly maxRetryAgeMillis: number;
  /** `spec`: timeoutMillis covers all attempts of a batch. */
  readonly retry: 'persistent' | 'spec';
  /** The exporter's books for the SDK's own metrics. */
  readonly tally: ExporterTally;
  readonly host?: SendBufferHost | undefined;
}

/** Failures in a row after which a destination gets one probe at a time. */
const FAILURES_UNTIL_PROBING = 4;

const platformHost: SendBufferHost = { now, random: Math.random, setTimer, setHoldingTimer, clearTimer };

type Failed = SendResult & { readonly kind: 'retryable' };

export class SendBuffer {
  readonly #options: SendBufferOptions;
  readonly #host: SendBufferHost;
  readonly #held = new Set<HeldBatch>();
  readonly #resources: ResourceWait;
  readonly #queue = new SendQueue();
  readonly #drains: Drains;
  #sequence = 0;
  #inFlight = 0;
  #failures = 0;
  #probeAt = 0;
  #timer: Timer | undefined = undefined;
  #timerAt = Infinity;
  #pumping = false;
  #closed = false;
  readonly #lastCall = new LastCall();
  #endTimer: Timer | undefined = undefined;

  constructor(options: SendBufferOptions) {
    this.#options = options;
    this.#host = options.host ?? platformHost;
    this.#resources = new ResourceWait(this.#host, options.signal);
    this.#drains = new Drains(this.#host);
  }

  /** Batches held: unsent, in flight or waiting for a retry. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Takes a batch over. `body` is its whole message when the resource has settled already. With `answerWithinMillis`
   * the ledger hears the outcome within that time, and the process is kept alive until then: somebody is waiting.
   */
  put(
    encoded: EncodedBatch,
    body: readonly Uint8Array[] | undefined,
    ledger: Ledger,
    answerWithinMillis?: number,
  ): void {
    const { maxBufferBytes, tally } = this.#options;
    const now = this.#host.now();
    if (this.#closed || now >= this.#lastCall.endsAt) {
      const reason = this.#closed ? 'already_shutdown' : 'timeout';
      tally.refuse(encoded.count, reason);
      ledger.drop(encoded.count, reason, this.#closed ? undefined : this.#timeIsOver);
      return;
    }
    const batch = new HeldBatch(++this.#sequence, encoded, body, ledger, now);
    if (account.heldBytes + batch.bytes > maxBufferBytes) {
      tally.refuse(encoded.count, 'queue_full');
      ledger.drop(
        encoded.count,
        'queue_full',
        `the send buffers hold ${account.heldBytes} bytes, and maxBufferBytes is ${maxBufferBytes}`,
      );
      return;
    }
    account.heldBytes += batch.bytes;
    account.buffers.add(this);
    this.#held.add(batch);
    tally.take(batch.count);
    this.#setExpiry(batch, answerWithinMillis);
    if (body !== undefined) this.#makeReady(batch);
    else this.#resources.whenSettled(encoded.resource, () => this.#makeReady(batch));
  }

  /** Resolves when everything taken before the call was acknowledged or dropped; rejects at the deadline (0: none). */
  drain(timeoutMillis: number): Promise<void> {
    if (this.#held.size === 0) return Promise.resolve();
    const { signal, transport } = this.#options;
    const late = (open: number, limit: number): string =>
      `${open} of the ${signal} batches taken before are not acknowledged after ${limit} ms (${transport.destination})`;
    const drained = this.#drains.add(this.#sequence, this.#held.size, timeoutMillis, late);
    this.#hurry();
    return drained;
  }

  /**
   * The last flush begins: where nobody listens all is given up after a second, and whatever is left after
   * `timeoutMillis` (Infinity: no bound). A further call changes nothing.
   */
  beginEnd(timeoutMillis: number): void {
    const now = this.#host.now();
    if (this.#closed || !this.#lastCall.begin(now, timeoutMillis)) return;
    const left = this.#lastCall.endsAt - now;
    if (left <= MAX_TIMER_MILLIS) {
      const onEnd = (): void => this.#giveUp(this.#held, 'timeout', this.#timeIsOver);
      this.#endTimer = this.#host.setTimer(onEnd, left);
    }
    this.#giveUpWhatIsPutOff();
    this.#hurry();
  }

  /** The signals that go to one receiver speak of it in one line a minute, those that go to another in theirs. */
  #say(level: 'info' | 'warn', code: string, message: string): void {
    const { signal, transport } = this.#options;
    const { destination } = transport;
    const receiver = /^[a-z]+:\/\/[^/]+/.exec(destination)?.[0] ?? destination;
    report(level, code, `${signal} to ${destination}: ${message}`, undefined, receiver);
  }

  get #timeIsOver(): string {
    return `${this.#options.transport.destination}: not acknowledged before the time of the shutdown was over`;
  }

  /** Ends the wait for a receiver that has asked to be left alone for longer than there is time. */
  #giveUpWhatIsPutOff(): void {
    const isPutOff = ({ state, waitsForReceiver, dueAt }: HeldBatch): boolean =>
      state === 'waiting' && waitsForReceiver && dueAt >= this.#lastCall.endsAt;
    const why = `${this.#options.transport.destination}: the receiver wants no attempt before the shutdown has to be over`;
    this.#giveUp([...this.#held].filter(isPutOff), 'retry_expired', why);
  }

  /** Drops what is left, ends what is in flight and takes nothing more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const batch of [...this.#held]) {
      this.#drop(batch, 'timeout', `not acknowledged when the exporter was shut down`);
    }
    this.#options.transport.close();
    this.#options.tally.close();
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    if (this.#endTimer !== undefined) this.#host.clearTimer(this.#endTimer);
  }

  /**
   * What is unsent or unacknowledged, as data; what can be sent in this very call is sent. Batches in flight are among
   * them: delivery is at least once.
   */
  pendingForExit(): PendingBatch[] {
    const pending: PendingBatch[] = [];
    for (const batch of [...this.#held]) {
      if (!this.#complete(batch)) continue;
      const { transport } = this.#options;
      const settle = (result: SendResult): void => {
        if (batch.state === 'done') return;
        if (result.kind === 'retryable') this.#drop(batch, 'process_ended', result.message, result.status);
        else this.#conclude(batch, result);
      };
      if ('sendNow' in transport) {
        settle(transport.sendNow(batch.request(0)));
        continue;
      }
      const request = transport.describe(batch.request(0));
      const read = (answer: ExitAnswer): SendResult => transport.readExitAnswer(answer);
      pending.push({ count: batch.count, request, read, settle });
    }
    return pending;
  }

  #setExpiry(batch: HeldBatch, answerWithinMillis: number | undefined): void {
    const { maxRetryAgeMillis, retry } = this.#options;
    const now = this.#host.now();
    if (answerWithinMillis === undefined) {
      batch.expiresAt = retry === 'spec' ? Infinity : now + maxRetryAgeMillis;
      return;
    }
    const limit = Math.min(answerWithinMillis > 0 ? answerWithinMillis : maxRetryAgeMillis, MAX_TIMER_MILLIS);
    batch.expiresAt = now + limit;
    // An attempt that is running has a timeout of its own and ends by then; only what waits is ended here.
    const onExpiry = (): void => {
      if (batch.state !== 'sending') this.#drop(batch, 'timeout', `not sent within ${limit} ms`);
    };
    batch.timer = this.#host.setHoldingTimer(onExpiry, limit);
  }

  /** Puts the message together where that has not been done. False when the batch had to be dropped. */
  #complete(batch: HeldBatch): boolean {
    if (batch.body !== undefined) return true;
    try {
      account.heldBytes += batch.completeWith(this.#options.complete(batch.encoded!));
    } catch (error) {
      this.#drop(batch, 'encoding_failed', messageOf(error));
      return false;
    }
    const { maxRequestBytes } = this.#options;
    if (batch.byteLength <= maxRequestBytes) return true;
    this.#drop(
      batch,
      'too_large',
      `the message has ${batch.byteLength} bytes, maxRequestBytes is ${maxRequestBytes}`,
    );
    return false;
  }

  #makeReady(batch: HeldBatch): void {
    if (batch.state === 'done' || !this.#complete(batch)) return;
    batch.state = 'ready';
    this.#queue.push(batch);
    this.#pump();
  }

  /** Starts what may start: first what has waited out a backoff, as it is older. */
  #pump(): void {
    if (this.#pumping || isDeliveryNext()) return;
    this.#pumping = true;
    try {
      while (!this.#closed && this.#inFlight < this.#allowed()) {
        const batch = this.#queue.next(this.#host.now());
        if (batch === undefined) break;
        if (batch.state === 'done') continue;
        if (this.#host.now() < batch.expiresAt) this.#start(batch);
        else
          this.#drop(
            batch,
            'retry_expired',
            `not delivered in time to ${this.#options.transport.destination}`,
          );
      }
    } finally {
      this.#pumping = false;
    }
    this.#arm();
  }

  /** How many requests may be in flight now. */
  #allowed(): number {
    if (this.#failures < FAILURES_UNTIL_PROBING) return this.#options.concurrencyLimit;
    return this.#host.now() >= this.#probeAt ? 1 : 0;
  }

  /** Sets the one timer to the next moment at which something may start that nothing else would start. */
  #arm(): void {
    if (this.#closed || this.#inFlight >= this.#options.concurrencyLimit) return;
    let at = this.#queue.dueAt;
    if (this.#failures >= FAILURES_UNTIL_PROBING) {
      if (this.#inFlight > 0) return;
      if (this.#queue.hasReady) at = this.#probeAt;
      else at = Math.max(at, this.#probeAt);
    }
    if (at >= this.#timerAt || at === Infinity) return;
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#timerAt = at;
    const onTimer = (): void => {
      this.#timer = undefined;
      this.#timerAt = Infinity;
      this.#pump();
    };
    this.#timer = this.#host.setTimer(
      onTimer,
      Math.min(Math.max(0, at - this.#host.now()), MAX_TIMER_MILLIS),
    );
  }

  #start(batch: HeldBatch): void {
    batch.state = 'sending';
    batch.attempts++;
    this.#inFlight++;
    if (batch.expiresAt === Infinity) {
      const { timeoutMillis, maxRetryAgeMillis } = this.#options;
      batch.expiresAt = this.#host.now() + (timeoutMillis > 0 ? timeoutMillis : maxRetryAgeMillis);
    }
    const startedAt = this.#host.now();
    this.#attempt(batch).then(
      (result) => this.#finish(batch, result, startedAt),
      (error) => this.#finish(batch, { kind: 'retryable', message: messageOf(error) }, startedAt),
    );
  }

  #attempt(batch: HeldBatch): Promise<SendResult> {
    const { compress, transport } = this.#options;
    if (compress !== undefined && batch.contentEncoding === undefined)
      return this.#packAndSend(batch, compress);
    return transport.send(batch.request(this.#attemptTimeout(batch)));
  }

  async #packAndSend(batch: HeldBatch, compress: Compress): Promise<SendResult> {
    try {
      const packed = await compress(batch.body!);
      if (batch.state !== 'done') account.heldBytes += batch.packWith(packed);
    } catch {
      // It goes out uncompressed: the receiver takes both.
    }
    if (batch.state === 'done') return { kind: 'rejected', message: 'it was dropped meanwhile' };
    return this.#options.transport.send(batch.request(this.#attemptTimeout(batch)));
  }

  /** The attempt's own bound, and no more than what is left where somebody waits for the answer. */
  #attemptTimeout(batch: HeldBatch): number {
    const { timeoutMillis, retry } = this.#options;
    if (retry !== 'spec' && batch.timer === undefined) return timeoutMillis;
    const left = Math.max(1, batch.expiresAt - this.#host.now());
    return timeoutMillis > 0 ? Math.min(timeoutMillis, left) : left;
  }

  #finish(batch: HeldBatch, result: SendResult, startedAt: number): void {
    this.#inFlight--;
    if (result.kind !== 'retryable') {
      this.#onAnswer();
      if (batch.state !== 'done') this.#conclude(batch, result);
    } else if (this.#lastCall.concerns(result)) this.#onRefusal(batch, result, startedAt);
    else {
      this.#lastCall.heard();
      this.#onFailure();
      if (batch.state !== 'done') this.#retry(batch, result);
    }
    this.#pump();
  }

  /** Nobody listens, and this is the end: nothing is said before that is over. */
  #onRefusal(batch: HeldBatch, result: Failed, startedAt: number): void {
    this.#failures++;
    const now = this.#host.now();
    const at = this.#lastCall.retryAt(now, startedAt);
    if (at === undefined) {
      // What is in flight beside it will be refused as well, or not.
      const left = [...this.#held].filter((other) => other === batch || other.state !== 'sending');
      const why = `nobody listens at ${this.#options.transport.destination}: ${result.message}`;
      this.#giveUp(left, 'retry_expired', why, result.status);
    } else {
      this.#probeAt = at;
      if (batch.state !== 'done') this.#waitUntil(batch, at, result);
    }
  }

  /** Drops batches that are held. Their accounts hear of all of them at once, so that one line tells it. */
  #giveUp(
    given: Iterable<HeldBatch>,
    reason: DropReason,
    why: string,
    status?: StatusAttributes | undefined,
  ): void {
    const batches = [...given];
    if (batches.length > 0) this.#drains.fail(why);
    const counts = new Map<Ledger, number>();
    for (const batch of batches) {
      counts.set(batch.ledger, (counts.get(batch.ledger) ?? 0) + batch.count);
      this.#settle(batch, batch.count, reason, status);
      this.#release(batch);
    }
    for (const [ledger, count] of counts) ledger.drop(count, reason, why);
  }

  #onFailure(): void {
    this.#failures++;
    if (this.#failures < FAILURES_UNTIL_PROBING) return;
    const step = this.#failures - FAILURES_UNTIL_PROBING + 1;
    this.#probeAt = this.#host.now() + backoffMillis(step, this.#host.random());
  }

  #onAnswer(): void {
    if (this.#failures >= FAILURES_UNTIL_PROBING && !this.#closed) {
      this.#say('info', 'export_recovered', 'the receiver answers again');
    }
    this.#failures = 0;
    this.#lastCall.heard();
  }

  #retry(batch: HeldBatch, result: Failed): void {
    const now = this.#host.now();
    const dueAt = now + retryDelayMillis(batch.attempts, this.#host.random(), result.retryAfterMillis);
    if (!this.#waitUntil(batch, dueAt, result)) return;
    const left = Math.round((Math.min(batch.expiresAt, this.#lastCall.endsAt) - now) / 1_000);
    this.#say('warn', 'export_retry', `${result.message}; kept and sent again for up to ${left} s`);
  }

  /** False when the batch is dropped, as it would be too late then. */
  #waitUntil(batch: HeldBatch, dueAt: number, { message, status, retryAfterMillis }: Failed): boolean {
    // What only our own backoff holds back past the end is dropped by its timer.
    const until = retryAfterMillis === undefined ? Infinity : this.#lastCall.endsAt;
    if (dueAt >= Math.min(batch.expiresAt, until)) {
      const tries = `${batch.attempts} attempt${batch.attempts === 1 ? '' : 's'}`;
      const why = `${this.#options.transport.destination}: ${message}; given up after ${tries}`;
      this.#drop(batch, 'retry_expired', why, status);
      return false;
    }
    batch.state = 'waiting';
    batch.dueAt = dueAt;
    batch.waitsForReceiver = retryAfterMillis !== undefined;
    this.#queue.wait(batch);
    return true;
  }

  #conclude(batch: HeldBatch, result: SendResult & { kind: 'accepted' | 'rejected' }): void {
    const { transport } = this.#options;
    const { ledger, count, body } = batch;
    if (result.kind === 'rejected') {
      this.#drop(batch, 'rejected', `${transport.destination}: ${result.message}`, result.status);
      return;
    }
    const rejected = Math.min(result.rejected, count);
    this.#settle(batch, rejected, rejected > 0 ? 'rejected' : undefined, result.status);
    this.#release(batch);
    if (batch.isBodySent) body?.forEach(giveBackBytes);
    if (count > rejected) ledger.acknowledge(count - rejected);
    if (rejected > 0)
      ledger.drop(rejected, 'rejected', `${transport.destination}: ${result.message ?? 'partial success'}`);
    else if (result.message !== undefined) this.#say('warn', 'receiver_says', result.message);
  }

  #drop(batch: HeldBatch, reason: DropReason, detail: string, status?: StatusAttributes): void {
    if (batch.state === 'done') return;
    this.#settle(batch, batch.count, reason, status);
    this.#release(batch);
    batch.ledger.drop(batch.count, reason, detail);
  }

  #settle(
    batch: HeldBatch,
    failed: number,
    reason: DropReason | undefined,
    status: StatusAttributes | undefined,
  ): void {
    const { tally } = this.#options;
    tally.succeed(batch.count - failed);
    const errorType = reason && errorTypeOf(reason, status);
    if (errorType !== undefined) tally.fail(failed, errorType);
    tally.finish(this.#host.now() - batch.takenAt, status, errorType);
  }

  #release(batch: HeldBatch): void {
    account.heldBytes -= batch.bytes;
    if (batch.timer !== undefined) this.#host.clearTimer(batch.timer);
    batch.release();
    this.#held.delete(batch);
    if (this.#held.size === 0) account.buffers.delete(this);
    this.#drains.settle(batch.sequence);
  }

  /** Somebody waits: try at once what only our own backoff holds back. */
  #hurry(): void {
    const now = this.#host.now();
    this.#probeAt = Math.min(this.#probeAt, now);
    this.#queue.hurry(now);
    this.#pump();
  }
}
