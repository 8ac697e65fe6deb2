/**
 * The OTLP exporter of any signal: records become bytes through a codec and go into a send buffer. Two ways in: the
 * plain `export` that everybody knows, and the inside path for our own batchers, which do not wait for an answer.
 * What encodes and sends is opened, and in Node read from the disk, with the first batch: a start has no use for it.
 */
import { now } from '#platform';
import { messageOf } from '../internal/shown.ts';
import type { ExportResult } from '../sdk/common/export-result.ts';
import type { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { DIRECT_EXPORT, type DirectPath, type Ledger } from '../sdk/pipeline/direct-export.ts';
import { loadDelivery } from './deferred-delivery.ts';
import { answer, ExportAccount } from './export-account.ts';
import { type OTLPExporterOptions, resolveOptions } from './options.ts';
import { tallyOf } from './self-description.ts';
import type { OtlpSignal, SignalCodecs } from './signal-codec.ts';
import type { OtlpSink } from './sink.ts';
import { registerSendBuffers } from './transport/pending.ts';

/** Where an exporter's batches go, and what it has to know of that before the first of them. */
export interface OtlpWay<T> {
  readonly signal: OtlpSignal;
  readonly tally: ExporterTally;
  readonly timeoutMillis: number;
  readonly waitOnShutdown: boolean;
  /** Opens it, with the first batch. @throws where its files are not there any more, or cannot be read */
  readonly open: () => OtlpSink<T>;
}

/** Enough for any receiver on the way out where there is no timeout to go by. */
const SHUTDOWN_MILLIS = 10_000;

/**
 * The way to the receiver that the options and the environment name, or undefined where the environment asks for what
 * this version does not have.
 * @throws TypeError for a wrong option, naming it, what was given and what is allowed
 */
export function otlpWay<T>(
  signal: OtlpSignal,
  given: OTLPExporterOptions,
  codecs: () => SignalCodecs<T>,
): OtlpWay<T> | undefined {
  const options = resolveOptions(signal, given);
  if (options === undefined) return undefined;
  const { timeoutMillis, waitOnShutdown } = options;
  const tally = tallyOf(signal, options);
  // At once: at the end of the process it must be known before the batches are handed over.
  registerSendBuffers();
  const open = (): OtlpSink<T> => loadDelivery().openDelivery(signal, codecs(), options, tally);
  return { signal, tally, timeoutMillis, waitOnShutdown, open };
}

/**
 * What all OTLP exporters have in common; each signal's adds its codecs and its name. To be given to a processor or
 * reader, or called by hand: `export` may be called again before an earlier call has answered.
 */
export class OtlpExporter<T> {
  readonly #way: OtlpWay<T> | undefined;
  /** Undefined until the first batch. */
  #sink: OtlpSink<T> | undefined = undefined;
  readonly #name: string;
  #ending: Promise<void> | undefined;
  /** When its end has to be over, by the platform's clock; undefined until that has begun. */
  #endsAt: number | undefined = undefined;

  /** @internal */
  constructor(way: OtlpWay<T> | undefined, name: string = 'OTLP exporter') {
    this.#way = way;
    this.#name = name;
  }

  /** @internal */
  get [DIRECT_EXPORT](): DirectPath<T> {
    return {
      take: (records, count, ledger) => this.#take(records, count, ledger),
      drain: (timeoutMillis) => this.#sink?.buffer.drain(timeoutMillis) ?? Promise.resolve(),
      beginEnd: (timeoutMillis) => this.beginEnd(timeoutMillis),
    };
  }

  /**
   * Sends the records and answers once their fate is known, within `timeoutMillis`. A partial success of the receiver
   * is a success; what it refused is said.
   */
  export(records: T[], resultCallback: (result: ExportResult) => void): void {
    if (this.#way === undefined || this.#ending !== undefined) {
      const reason = this.#way === undefined ? 'is off: its protocol is not available' : 'has been shut down';
      answer(resultCallback, new Error(`The ${this.#name} ${reason}; nothing was sent`));
      return;
    }
    const account = new ExportAccount(this.#way.signal, resultCallback);
    this.#put(this.#way, records, records.length, account, this.#way.timeoutMillis);
    account.close();
  }

  /** Settles when everything exported before the call was acknowledged or dropped; rejects after `timeoutMillis`. */
  forceFlush(): Promise<void> {
    return this.#sink?.buffer.drain(this.#way!.timeoutMillis) ?? Promise.resolve();
  }

  /**
   * Waits for what is unacknowledged, for up to `timeoutMillis` and unless `waitOnShutdown` is false; then ends for
   * good. Rejects when something could not be delivered in that time.
   */
  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** @internal The last flush begins, and has that long; without a caller who says so, as long as an export. */
  beginEnd(timeoutMillis: number = this.#way?.timeoutMillis || SHUTDOWN_MILLIS): void {
    this.#endsAt ??= now() + timeoutMillis;
    this.#sink?.buffer.beginEnd(timeoutMillis);
  }

  async #end(): Promise<void> {
    this.beginEnd();
    if (this.#sink === undefined) return;
    const { buffer } = this.#sink;
    const { waitOnShutdown, timeoutMillis } = this.#way!;
    try {
      if (waitOnShutdown) await buffer.drain(timeoutMillis || SHUTDOWN_MILLIS);
    } finally {
      buffer.close();
    }
  }

  #take(records: readonly T[], count: number, ledger: Ledger): void {
    if (this.#way === undefined) ledger.drop(count, 'export_failed', 'the protocol is not available');
    else if (this.#ending !== undefined) {
      this.#way.tally.refuse(count, 'already_shutdown');
      ledger.drop(count, 'already_shutdown');
    } else this.#put(this.#way, records, count, ledger, undefined);
  }

  #open(way: OtlpWay<T>): OtlpSink<T> {
    const sink = way.open();
    if (this.#endsAt !== undefined) sink.buffer.beginEnd(Math.max(1, this.#endsAt - now()));
    return sink;
  }

  #put(
    way: OtlpWay<T>,
    records: readonly T[],
    count: number,
    ledger: Ledger | ExportAccount,
    answerWithinMillis: number | undefined,
  ): void {
    try {
      this.#sink ??= this.#open(way);
    } catch (error) {
      const detail = `what sends them could not be loaded: ${messageOf(error)}`;
      way.tally.refuse(count, 'export_failed');
      ledger.drop(count, 'export_failed', detail);
      return;
    }
    this.#sink.take(records, count, ledger, answerWithinMillis);
  }
}
