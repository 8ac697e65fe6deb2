/**
 * The border to the network: one function type. http.ts (Node), fetch.ts (everywhere else) and later grpc.ts and
 * file.ts implement it; retry, the send buffer and the exit path know nothing else.
 */

export interface SendRequest {
  /** The message, in pieces that are written one after another without being joined. */
  readonly body: readonly Uint8Array[];
  /** Sum of the pieces' lengths. */
  readonly byteLength: number;
  /** Bound of this one attempt in milliseconds; 0 is no bound. */
  readonly timeoutMillis: number;
  /** Aborted at shutdown's deadline. */
  readonly signal?: AbortSignal | undefined;
}

export type SendResult =
  /** The receiver took it; `rejected` records of it were refused (partial success) with `message`. */
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message?: string | undefined }
  /** The answer never came, or the specification calls it retryable. */
  | { readonly kind: 'retryable'; readonly message: string; readonly retryAfterMillis?: number | undefined }
  /** Must not be sent again. */
  | { readonly kind: 'rejected'; readonly message: string };

/** Sends once. Resolves always: every failure is a result, never a rejection. */
export type Send = (request: SendRequest) => Promise<SendResult>;
