/**
 * The smallest exporter with the inside path of our own: it encodes a batch when it is handed over, sends it through a
 * network, and sends it again after a second while it may. It stands in for the OTLP exporters in tests of what lies
 * before them; its messages are JSON arrays of identities, which `decodeIdentities` reads.
 */
import { type ExportResult, ExportResultCode } from '../sdk/common/export-result.ts';
import { DIRECT_EXPORT, type DirectPath, type Ledger } from '../sdk/pipeline/direct-export.ts';
import type { FakeClock } from './fake-clock.ts';
import type { FakeNetwork, FakeSendResult } from './fake-network.ts';

const RETRY_MILLIS = 1_000;
const DEFAULT_MAX_AGE_MILLIS = 60_000;

/** What a relay stands on. */
export interface RelayExporterOptions<T> {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  /** The identity of a record, unique over a test. */
  readonly identify: (record: T) => string;
  /** Bound of one attempt. Default 10000. */
  readonly timeoutMillis?: number | undefined;
  /** How long a batch is sent again. Default 60000. */
  readonly maxRetryAgeMillis?: number | undefined;
}

/** Reads a relay's message. */
export function decodeIdentities(body: Uint8Array): string[] {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
  if (!Array.isArray(parsed)) throw new TypeError('not an array of identities');
  return parsed.map(String);
}

/** The part of TextEncoder and TextDecoder that is used here; both are on every platform. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** The smallest exporter that a batcher hands bytes to. */
export class RelayExporter<T> {
  readonly #options: RelayExporterOptions<T>;
  readonly #open = new Set<Promise<void>>();
  #isShutdown = false;
  /** Batches handed over, by their length. */
  readonly taken: number[] = [];

  constructor(options: RelayExporterOptions<T>) {
    this.#options = options;
  }

  /** @internal */
  get [DIRECT_EXPORT](): DirectPath<T> {
    return {
      take: (records, count, ledger) => void this.#take(records, count, ledger),
      drain: async () => {
        await Promise.all(this.#open);
      },
    };
  }

  /** Not used by our batchers, who take the inside path. */
  export(records: T[], resultCallback: (result: ExportResult) => void): void {
    let failure: Error | undefined;
    const ledger: Ledger = {
      acknowledge: () => {},
      drop: (_count, reason) => {
        failure = new Error(reason);
      },
    };
    const work = this.#take(records, records.length, ledger);
    void work.then(() => {
      resultCallback(
        failure === undefined
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error: failure },
      );
    });
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#open);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    this.#isShutdown = true;
  }

  #take(records: readonly T[], count: number, ledger: Ledger): Promise<void> {
    if (this.#isShutdown) {
      ledger.drop(count, 'already_shutdown');
      return Promise.resolve();
    }
    this.taken.push(count);
    const identities = records.slice(0, count).map(this.#options.identify);
    const body = new TextEncoder().encode(JSON.stringify(identities));
    const work = this.#deliver(body, count, ledger).finally(() => this.#open.delete(work));
    this.#open.add(work);
    return work;
  }

  async #deliver(body: Uint8Array, count: number, ledger: Ledger): Promise<void> {
    const {
      clock,
      network,
      timeoutMillis = 10_000,
      maxRetryAgeMillis = DEFAULT_MAX_AGE_MILLIS,
    } = this.#options;
    const expiresAt = clock.now() + maxRetryAgeMillis;
    for (;;) {
      const result = await network.send({ body: [body], byteLength: body.byteLength, timeoutMillis });
      if (result.kind !== 'retryable') {
        conclude(result, count, ledger);
        return;
      }
      const delay = result.retryAfterMillis ?? RETRY_MILLIS;
      if (clock.now() + delay >= expiresAt) {
        ledger.drop(count, 'retry_expired', result.message);
        return;
      }
      await new Promise<void>((resolve) => void clock.setTimer(resolve, delay));
    }
  }
}

function conclude(
  result: FakeSendResult & { kind: 'accepted' | 'rejected' },
  count: number,
  ledger: Ledger,
): void {
  if (result.kind === 'rejected') {
    ledger.drop(count, 'rejected', result.message);
    return;
  }
  if (count > result.rejected) ledger.acknowledge(count - result.rejected);
  if (result.rejected > 0) ledger.drop(result.rejected, 'rejected', result.message);
}
