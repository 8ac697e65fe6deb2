/**
 * Where a batcher's records go. Two kinds: one batch after another through the `export` of any exporter
 * (serial-outlet.ts), or encoded at once by an exporter of ours (direct-outlet.ts).
 *
 * Records are numbered in the order in which they were queued, from 1. `until` is such a number: what was queued up to
 * it is to leave now, also when it does not fill a batch.
 */
export interface Outlet {
  /** A whole batch has come together. Called from `add`. */
  full(): void;
  /** Sends what was queued up to record number `until`, without waiting for a full batch. */
  sendUntil(until: number): void;
  /** Settles when the fate of every record up to `until` is known; rejects when the time is up. */
  settled(until: number, timeoutMillis: number): Promise<void>;
  /** Hands over what is queued in this very call, where that is possible. Returns false where it is not. */
  sendAllNow(): boolean;
  /** No call of the exporter begins after this. */
  stop(): void;
}

/** What an outlet asks of the batcher whose queue it empties. */
export interface OutletOwner<T> {
  /** How many records are queued. */
  queued(): number;
  /** Takes the oldest records, at most as many as one call may carry. */
  take(): T[];
  /** The outlet has stopped, with records left that are not due yet. */
  resting(): void;
}
