/**
 * What every OTLP exporter is, whatever the signal: a codec that makes bytes of records, a send buffer that delivers
 * them, and the two ways in.
 *
 *   our batcher ── take(records) ──┐                        ┌── in flight, several
 *                                  ├─► codec ─► send buffer ┤
 *   anybody ───── export(cb) ──────┘   (now)                └── waiting for a retry
 */
import { gzip } from '#platform';
import { type ExportResult, ExportResultCode } from '../sdk/common/export-result.ts';
import { withTracingSuppressed } from '../sdk/common/suppress-tracing.ts';
import {
  DIRECT_EXPORT,
  type DirectPath,
  type DropReason,
  type Ledger,
} from '../sdk/pipeline/direct-export.ts';
import { type OTLPExporterOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import type { OtlpEncoding, OtlpSignal, SignalCodec } from './signal-codec.ts';
import { openHttpTransport } from './transport/http.ts';
import { registerSendBuffers } from './transport/pending.ts';
import type { Transport } from './transport/send.ts';
import { SendBuffer } from './transport/send-buffer.ts';

/** How long a flush that nobody gave a bound may take, in milliseconds. */
const FLUSH_TIMEOUT_MILLIS = 30_000;

/**
 * Concurrency: `export` may be called again before it has answered; up to `concurrencyLimit` requests run at the same
 * time. Delivery is at least once: a request is sent again only if its answer never came or may be retried.
 */
export class OtlpExporter<T> {
  /** @internal Undefined when the environment asks for a protocol that this version does not have. */
  readonly path: ExporterPath<T> | undefined;

  constructor(
    signal: OtlpSignal,
    codecs: Readonly<Record<OtlpEncoding, SignalCodec<T>>>,
    options: OTLPExporterOptions,
  ) {
    const resolved = resolveOptions(signal, options);
    this.path = resolved === undefined ? undefined : new ExporterPath(codecs[resolved.encoding], resolved);
  }

  /** Sends a batch and answers once: when every record of it is acknowledged or lost, within `timeoutMillis`. */
  export(records: T[], resultCallback: (result: ExportResult) => void): void {
    if (this.path === undefined) resultCallback(failure('the exporter is off'));
    else this.path.export(records, resultCallback);
  }

  /** Settles when everything given before the call is acknowledged or lost; rejects after 30 s. */
  forceFlush(): Promise<void> {
    return this.path?.drain(FLUSH_TIMEOUT_MILLIS) ?? Promise.resolve();
  }

  /** Waits for what is unacknowledged, for up to `timeoutMillis`, then takes nothing more. */
  shutdown(): Promise<void> {
    return this.path?.shutdown() ?? Promise.resolve();
  }
}

// The way in for our batchers. It is on this prototype, so that a subclass with an `export` of its own is not bypassed.
Object.defineProperty(OtlpExporter.prototype, DIRECT_EXPORT, {
  get(this: OtlpExporter<unknown>) {
    return this.path;
  },
});

class ExporterPath<T> implements DirectPath<T> {
  readonly #codec: SignalCodec<T>;
  readonly #options: ResolvedOptions;
  readonly #buffer: SendBuffer;
  #shutdown: Promise<void> | undefined;

  constructor(codec: SignalCodec<T>, options: ResolvedOptions) {
    this.#codec = codec;
    this.#options = options;
    this.#buffer = new SendBuffer({
      ...options,
      signal: codec.signal,
      transport: withoutTelemetry(
        openHttpTransport({ ...options, maxConnections: options.concurrencyLimit }),
      ),
      complete: (batch) => codec.complete(batch),
      compress: options.compression === 'gzip' ? gzip : undefined,
    });
    registerSendBuffers();
  }

  take(records: readonly T[], count: number, ledger: Ledger): void {
    this.#put(records, count, ledger, undefined);
  }

  drain(timeoutMillis: number): Promise<void> {
    return this.#buffer.drain(timeoutMillis);
  }

  export(records: readonly T[], resultCallback: (result: ExportResult) => void): void {
    if (this.#shutdown !== undefined) {
      resultCallback(failure('the exporter was shut down'));
      return;
    }
    const outcome = new CallOutcome(records.length, resultCallback);
    this.#put(records, records.length, outcome, this.#options.timeoutMillis);
    outcome.allGiven();
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  async #close(): Promise<void> {
    const { waitOnShutdown, timeoutMillis } = this.#options;
    try {
      if (waitOnShutdown) await this.#buffer.drain(timeoutMillis > 0 ? timeoutMillis : FLUSH_TIMEOUT_MILLIS);
    } finally {
      this.#buffer.close();
    }
  }

  /** Encodes and hands over. A batch over the request limit is halved until it fits or one record alone is too large. */
  #put(records: readonly T[], count: number, ledger: Ledger, answerWithinMillis: number | undefined): void {
    if (count === 0) return;
    if (this.#shutdown !== undefined) {
      ledger.drop(count, 'already_shutdown');
      return;
    }
    const batches = this.#codec.encode(records, count);
    const isTooLarge = batches.some((batch) => batch.scopes.byteLength > this.#options.maxRequestBytes);
    if (isTooLarge && count > 1) {
      const half = count >>> 1;
      this.#put(records.slice(0, half), half, ledger, answerWithinMillis);
      this.#put(records.slice(half, count), count - half, ledger, answerWithinMillis);
      return;
    }
    let missing = count;
    for (const batch of batches) {
      missing -= batch.count;
      const isSettled = batch.resource.asyncAttributesPending !== true;
      const body = isSettled ? this.#codec.complete(batch) : undefined;
      if (isTooLarge) {
        ledger.drop(batch.count, 'too_large', `maxRequestBytes is ${this.#options.maxRequestBytes}`);
      } else {
        this.#buffer.put(batch, body, ledger, answerWithinMillis);
      }
    }
    if (missing > 0) ledger.drop(missing, 'encoding_failed');
  }
}

/** Requests of ours make no telemetry, whatever instruments the HTTP client. */
function withoutTelemetry(transport: Transport): Transport {
  return {
    destination: transport.destination,
    send: (request) => withTracingSuppressed(() => transport.send(request)),
    describe: (request) => transport.describe(request),
    close: () => transport.close(),
  };
}

/** The accounts of one call of `export`: answers once everything that was given is settled. */
class CallOutcome implements Ledger {
  #open: number;
  #isGiven = false;
  #reason: string | undefined;
  readonly #answer: (result: ExportResult) => void;

  constructor(count: number, answer: (result: ExportResult) => void) {
    this.#open = count;
    this.#answer = answer;
  }

  acknowledge(count: number): void {
    this.#settle(count);
  }

  drop(count: number, reason: DropReason, detail?: string): void {
    this.#reason ??= detail === undefined ? reason : `${reason} (${detail})`;
    this.#settle(count);
  }

  /** Until all batches are handed over, one that is settled at once must not answer for the rest. */
  allGiven(): void {
    this.#isGiven = true;
    this.#settle(0);
  }

  #settle(count: number): void {
    this.#open -= count;
    if (this.#open > 0 || !this.#isGiven) return;
    this.#isGiven = false;
    this.#answer(this.#reason === undefined ? { code: ExportResultCode.SUCCESS } : failure(this.#reason));
  }
}

function failure(reason: string): ExportResult {
  return { code: ExportResultCode.FAILED, error: new Error(`Cannot export: ${reason}`) };
}
