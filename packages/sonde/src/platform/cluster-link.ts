/** How processes that serve one port together reach each other: what node:cluster is to the SDK. */

/** A line between a primary process and its workers. */
export interface ClusterLink {
  /** The number of this worker, from 1; 0 in the primary. */
  readonly id: number;
  /** Sends to the primary (0) or to a worker. False where there is no such process any more. */
  send(to: number, message: object): boolean;
  /** Sends to all workers there are. */
  sendToAll(message: object): void;
  /**
   * Calls back with every message, the application's own too, and with `undefined` when a worker has gone. What is
   * returned ends it.
   */
  onMessage(receive: (from: number, message: unknown) => void): () => void;
}
