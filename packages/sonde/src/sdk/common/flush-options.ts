/** The one option that every forceFlush and shutdown takes. */

/** Bounds of a flush or a shutdown. */
export interface ForceFlushOptions {
  /** Milliseconds until the returned promise rejects; what was going on goes on. Default: 30,000. 0 is no bound. */
  readonly timeoutMillis?: number | undefined;
}
