/**
 * The way of batches from an exporter to its receiver: a codec makes bytes of records, a send buffer keeps them until
 * they are acknowledged, a transport sends them.
 */
import { gzip } from '#platform';
import { messageOf } from '../internal/shown.ts';
import type { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { withTracingSuppressed } from '../sdk/common/suppress-tracing.ts';
import type { DropReason, Ledger } from '../sdk/pipeline/direct-export.ts';
import { ExportAccount } from './export-account.ts';
import type { OtlpWay } from './exporter.ts';
import type { EncodedBatch, SignalCodec } from './signal-codec.ts';
import { registerSendBuffers } from './transport/pending.ts';
import type { AnyTransport, SendRequest } from './transport/send.ts';
import { SendBuffer, type SendBufferOptions } from './transport/send-buffer.ts';

/** What a batch goes into, opened. */
export interface OtlpSink<T> {
  readonly codec: SignalCodec<T>;
  readonly buffer: SendBuffer;
  readonly tally: ExporterTally;
  readonly maxRequestBytes: number;
  /** The option that says so. Default `maxRequestBytes`. */
  readonly limitName?: string | undefined;
  take(
    records: readonly T[],
    count: number,
    ledger: Ledger | ExportAccount,
    answerWithinMillis: number | undefined,
  ): void;
}

/** How batches are sent, whatever the receiver's protocol is. */
export interface SinkOptions
  extends Omit<SendBufferOptions, 'signal' | 'transport' | 'complete' | 'compress'> {
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly waitOnShutdown: boolean;
  /** The option that bounds a message. Default `maxRequestBytes`. */
  readonly limitName?: string | undefined;
}

/** A way of a receiver that is not OTLP's own: a codec and a transport, with the send buffer between them. */
export function openWay<T>(codec: SignalCodec<T>, transport: AnyTransport, options: SinkOptions): OtlpWay<T> {
  const { tally, timeoutMillis, waitOnShutdown } = options;
  const sink = openSink(codec, transport, options);
  registerSendBuffers();
  return { signal: codec.signal, tally, timeoutMillis, waitOnShutdown, open: () => sink };
}

export function openSink<T>(
  codec: SignalCodec<T>,
  transport: AnyTransport,
  options: SinkOptions,
): OtlpSink<T> {
  const { tally, maxRequestBytes, limitName } = options;
  const compress = options.compression === 'gzip' ? gzip : undefined;
  const complete = (batch: EncodedBatch): Uint8Array[] => codec.complete(batch);
  const { signal } = codec;
  const buffer = new SendBuffer({ ...options, signal, transport: untraced(transport), complete, compress });
  return sinkOf({ codec, buffer, tally, maxRequestBytes, limitName });
}

/** The sink that these make up. */
export function sinkOf<T>(parts: Omit<OtlpSink<T>, 'take'>): OtlpSink<T> {
  const sink: OtlpSink<T> = {
    ...parts,
    take: (records, count, ledger, answerWithinMillis) =>
      takeInto(sink, records, count, ledger, answerWithinMillis),
  };
  return sink;
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
    refuse(sink, ledger, size, 'encoding_failed', messageOf(error));
    return undefined;
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
