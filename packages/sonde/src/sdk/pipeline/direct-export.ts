/**
 * The inside path between our batcher and our own exporters: records are handed over once, as encoded bytes, and the
 * outcome comes back through a ledger. It exists because `export(batch, callback)` allows one request in flight,
 * which caps throughput at one batch per round trip (design.md section 5, "Queues, and pipelining").
 * Every exporter of ours keeps the plain `export()` as well, for everybody else.
 */

/** Why records were lost. The words are those of `error.type` in the SDK's own metrics, where no receiver's status says more. */
export type DropReason =
  | 'queue_full' // the batcher's queue, or the send buffer's bytes, were used up
  | 'rejected' // the receiver answered with a code that must not be retried, or with a partial success
  | 'retry_expired' // retryable failures went on for longer than maxRetryAgeMillis
  | 'process_ended' // unsent or unacknowledged as the process ended, and the last attempt failed
  | 'too_large' // one record alone exceeds the request size limit
  | 'encoding_failed' // a hostile record could not be encoded
  | 'timeout' // a foreign exporter did not answer in time
  | 'export_failed' // a foreign exporter reported failure, threw or rejected
  | 'already_shutdown' // recorded or exported after shutdown
  | 'filtered'; // a filter processor was told not to keep it

/**
 * The accounts of one pipeline. They balance at all times:
 * made = acknowledged + dropped (all reasons) + held.
 */
export interface Ledger {
  /** Records the receiver confirmed. */
  acknowledge(count: number): void;
  /** Records lost, with the reason; said once per reason, counted always. */
  drop(count: number, reason: DropReason, detail?: string): void;
}

/** The method name under which an exporter of ours offers the inside path. */
export const DIRECT_EXPORT: unique symbol = Symbol.for('sonde.direct-export.1') as never;

export interface DirectExporter<T> {
  readonly [DIRECT_EXPORT]: DirectPath<T>;
}

export interface DirectPath<T> {
  /**
   * Encodes the records now, synchronously, and takes the bytes over into the send buffer. Never throws, never waits.
   * Each record is later reported to the ledger exactly once. The array is the caller's: it is not kept.
   */
  take(records: readonly T[], count: number, ledger: Ledger): void;
  /** Resolves when everything taken before the call was acknowledged or dropped, or rejects at the deadline. */
  drain(timeoutMillis: number): Promise<void>;
  /**
   * Tells that the last flush begins, of which nothing is left to a later attempt: where nobody listens all is given up
   * after a second, and nothing is waited for longer than `timeoutMillis` from now (Infinity: no bound). Only the first
   * call counts. Another copy's exporter may not have it.
   */
  beginEnd?(timeoutMillis: number): void;
}

/** Tells an exporter of ours that its end begins, whoever's `export` is called until then; others know of no such thing. */
export function announceEnd(exporter: object, timeoutMillis: number): void {
  (exporter as Partial<DirectExporter<unknown>>)[DIRECT_EXPORT]?.beginEnd?.(timeoutMillis);
}

/**
 * The inside path of an exporter, or undefined if it has none or must not be used: when somebody put an `export` of
 * their own nearer than ours (a subclass, a spy, a wrapper on the object), that is the one they want called.
 */
export function directPathOf<T>(exporter: object): DirectPath<T> | undefined {
  const path = (exporter as Partial<DirectExporter<T>>)[DIRECT_EXPORT];
  if (path === undefined) return undefined;
  for (let holder: object | null = exporter; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const ownExport = Object.hasOwn(holder, 'export');
    if (Object.hasOwn(holder, DIRECT_EXPORT)) {
      // An instance that carries the path itself has its `export` further up, unless it was put there later.
      return ownExport && holder === exporter ? undefined : path;
    }
    if (ownExport) return undefined;
  }
  return path;
}
