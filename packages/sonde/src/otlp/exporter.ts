/**
 * The OTLP exporter of any signal: records become bytes through a codec and go into a send buffer. Two ways in: the
 * plain `export` that everybody knows, and the inside path for our own batchers, which do not wait for an answer.
 */
import { gzip } from '#platform';
import type { ExportResult } from '../sdk/common/export-result.ts';
import type { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { withTracingSuppressed } from '../sdk/common/suppress-tracing.ts';
import {
  DIRECT_EXPORT,
  type DirectPath,
  type DropReason,
  type Ledger,
} from '../sdk/pipeline/direct-export.ts';
import { answer, ExportAccount } from './export-account.ts';
import { type OTLPExporterOptions, resolveOptions } from './options.ts';
import { tallyOf } from './self-description.ts';
import type { EncodedBatch, OtlpEncoding, OtlpSignal, SignalCodec } from './signal-codec.ts';
import { openTransport } from './transport/open.ts';
import { registerSendBuffers } from './transport/pending.ts';
import type { AnyTransport, SendRequest } from './transport/send.ts';
import { SendBuffer, type SendBufferOptions } from './transport/send-buffer.ts';

/** How the records of a signal are encoded, by encoding; made when an exporter is. */
export type SignalCodecs<T> = Readonly<Record<OtlpEncoding, SignalCodec<T>>>;

/** Where an exporter's batches go, or undefined where the environment asks for what this version does not have. */
export interface OtlpSink<T> {
  readonly codec: SignalCodec<T>;
  readonly buffer: SendBuffer;
  readonly tally: ExporterTally;
  readonly maxRequestBytes: number;
  /** The option that says so. Default `maxRequestBytes`. */
  readonly limitName?: string | undefined;
  readonly timeoutMillis: number;
  readonly waitOnShutdown: boolean;
}

/** Enough for any receiver on the way out where there is no timeout to go by. */
const SHUTDOWN_MILLIS = 10_000;

/**
 * Opens the way to the receiver that the options and the environment name.
 * @throws TypeError for a wrong option, naming it, what was given and what is allowed
 */
export function openOtlpSink<T>(
  signal: OtlpSignal,
  codecs: SignalCodecs<T>,
  given: OTLPExporterOptions,
): OtlpSink<T> | undefined {
  const options = resolveOptions(signal, given);
  if (options === undefined) return undefined;
  const tally = tallyOf(signal, options);
  return openSink(codecs[options.encoding], openTransport(signal, options), { ...options, tally });
}

/** How batches are sent, whatever the receiver's protocol is. */
export interface SinkOptions
  extends Omit<SendBufferOptions, 'signal' | 'transport' | 'complete' | 'compress'> {
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly waitOnShutdown: boolean;
  /** The option that bounds a message. Default `maxRequestBytes`. */
  readonly limitName?: string | undefined;
}

/** A codec and a transport, with the send buffer between them. */
export function openSink<T>(
  codec: SignalCodec<T>,
  transport: AnyTransport,
  options: SinkOptions,
): OtlpSink<T> {
  const { tally, maxRequestBytes, timeoutMillis, waitOnShutdown, limitName } = options;
  const compress = options.compression === 'gzip' ? gzip : undefined;
  const complete = (batch: EncodedBatch): Uint8Array[] => codec.complete(batch);
  const { signal } = codec;
  const buffer = new SendBuffer({ ...options, signal, transport: untraced(transport), complete, compress });
  registerSendBuffers();
  return { codec, buffer, tally, maxRequestBytes, limitName, timeoutMillis, waitOnShutdown };
}

/** Sending must not make spans of its own, nor keep alive the context of whoever ended the last span. */
function untraced(transport: AnyTransport): AnyTransport {
  const common = {
    destination: transport.destination,
    send: (request: SendRequest) => withTracingSuppressed(() => transport.send(request)),
    close: () => transport.close(),
  };
  if ('sendNow' in transport) return { ...common, sendNow: (request) => transport.sendNow(request) };
  return {
    ...common,
    describe: (request) => transport.describe(request),
    readExitAnswer: (answer) => transport.readExitAnswer(answer),
  };
}

/**
 * What all OTLP exporters have in common; each signal's adds its codecs and its name. To be given to a processor or
 * reader, or called by hand: `export` may be called again before an earlier call has answered.
 */
export class OtlpExporter<T> {
  readonly #sink: OtlpSink<T> | undefined;
  readonly #name: string;
  #ending: Promise<void> | undefined;

  /** @internal */
  constructor(sink: OtlpSink<T> | undefined, name: string = 'OTLP exporter') {
    this.#sink = sink;
    this.#name = name;
  }

  /** @internal */
  get [DIRECT_EXPORT](): DirectPath<T> {
    return {
      take: (records, count, ledger) => this.#take(records, count, ledger),
      drain: (timeoutMillis) => this.#sink?.buffer.drain(timeoutMillis) ?? Promise.resolve(),
    };
  }

  /**
   * Sends the records and answers once their fate is known, within `timeoutMillis`. A partial success of the receiver
   * is a success; what it refused is said.
   */
  export(records: T[], resultCallback: (result: ExportResult) => void): void {
    if (this.#sink === undefined || this.#ending !== undefined) {
      const reason =
        this.#sink === undefined ? 'is off: its protocol is not available' : 'has been shut down';
      answer(resultCallback, new Error(`The ${this.#name} ${reason}; nothing was sent`));
      return;
    }
    const account = new ExportAccount(this.#sink.codec.signal, resultCallback);
    takeInto(this.#sink, records, records.length, account, this.#sink.timeoutMillis);
    account.close();
  }

  /** Settles when everything exported before the call was acknowledged or dropped; rejects after `timeoutMillis`. */
  forceFlush(): Promise<void> {
    return this.#sink?.buffer.drain(this.#sink.timeoutMillis) ?? Promise.resolve();
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
    if (this.#sink === undefined) return;
    const { buffer, waitOnShutdown, timeoutMillis } = this.#sink;
    try {
      if (waitOnShutdown) await buffer.drain(timeoutMillis || SHUTDOWN_MILLIS);
    } finally {
      buffer.close();
    }
  }

  #take(records: readonly T[], count: number, ledger: Ledger): void {
    if (this.#sink === undefined) ledger.drop(count, 'export_failed', 'the protocol is not available');
    else if (this.#ending !== undefined) {
      this.#sink.tally.refuse(count, 'already_shutdown');
      ledger.drop(count, 'already_shutdown');
    } else takeInto(this.#sink, records, count, ledger, undefined);
  }
}

/** Encodes and hands over; a batch over the request limit is halved until it fits or one unit alone is too large. */
function takeInto<T>(
  sink: OtlpSink<T>,
  records: readonly T[],
  count: number,
  ledger: Ledger | ExportAccount,
  answerWithinMillis: number | undefined,
): void {
  const size = sink.codec.sizeOf?.(records, count) ?? count;
  if (size === 0) return;
  const messages = encode(sink, records, count, size, ledger);
  if (messages === undefined) return;
  if (messages.every((message) => message.byteLength <= sink.maxRequestBytes)) {
    let encoded = 0;
    for (const { batch, body } of messages) {
      encoded += batch.count;
      const account = ledger instanceof ExportAccount ? ledger.forBatch(batch.count) : ledger;
      sink.buffer.put(batch, body, account, answerWithinMillis);
    }
    if (encoded < size) refuse(sink, ledger, size - encoded, 'encoding_failed');
  } else if (size === 1) {
    const { byteLength } = messages[0]!;
    const detail = `one record makes ${byteLength} bytes, ${sink.limitName ?? 'maxRequestBytes'} is ${sink.maxRequestBytes}`;
    refuse(sink, ledger, 1, 'too_large', detail);
  } else {
    const parts = sink.codec.halve?.(records, count) ?? halve(records, count);
    for (const part of parts) takeInto(sink, part, part.length, ledger, answerWithinMillis);
  }
}

function halve<T>(records: readonly T[], count: number): readonly [readonly T[], readonly T[]] {
  const half = count >> 1;
  return [records.slice(0, half), records.slice(half, count)];
}

/** Records that never come into the buffer: lost for the batcher's books and for the exporter's. */
function refuse<T>(
  sink: OtlpSink<T>,
  ledger: Ledger,
  count: number,
  reason: DropReason,
  detail?: string,
): void {
  sink.tally.refuse(count, reason);
  ledger.drop(count, reason, detail);
}

interface Message {
  readonly batch: EncodedBatch;
  /** The whole message, where the resource does not have to be waited for. */
  readonly body: Uint8Array[] | undefined;
  readonly byteLength: number;
}

function encode<T>(
  sink: OtlpSink<T>,
  records: readonly T[],
  count: number,
  size: number,
  ledger: Ledger,
): Message[] | undefined {
  try {
    return sink.codec.encode(records, count).map((batch) => {
      const pending = batch.resource.asyncAttributesPending === true;
      const body = pending ? undefined : sink.codec.complete(batch);
      return { batch, body, byteLength: lengthOf(body ?? [batch.scopes]) };
    });
  } catch (error) {
    refuse(sink, ledger, size, 'encoding_failed', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
