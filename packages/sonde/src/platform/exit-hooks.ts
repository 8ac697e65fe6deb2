/** What a platform calls when the process ends, and how much it may cost: the same shape on every platform. */
export interface ExitHooks {
  /** Whether anything waits to be delivered; the handlers do nothing when it does not. */
  isPending(): boolean;
  /** Delivers while the process can still run. */
  flush(): Promise<void>;
  /**
   * Delivers in this very call, blocking for at most that long; false when something is left that needs more time. With
   * `isLast` there is none: what cannot be sent is settled as lost.
   */
  deliver(timeoutMillis: number, isLast: boolean): boolean;
  /** Encodes what is queued and begins to send it: what a thread holds may be gone without a word. */
  handOver(): void;
  /** Says what is left when there is no more time. */
  abandon(): void;
  /** Bound of the whole way out, in milliseconds. */
  readonly timeoutMillis: number;
}
