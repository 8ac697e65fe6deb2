/**
 * The border to the network: one function type. http.ts (node:http on Node, fetch elsewhere) and grpc.ts
 * (node:http2) implement it; retry, the send buffer and the exit path know nothing else.
 */

import type { ExitAnswer, ExitRequest } from '#platform';

import type { StatusAttributes } from '../../sdk/common/exporter-tally.ts';
import type { DropReason } from '../../sdk/pipeline/direct-export.ts';

export interface SendRequest {
  /** The message, in pieces that are written one after another without being joined. */
  readonly body: readonly Uint8Array[];
  /** Sum of the pieces' lengths. */
  readonly byteLength: number;
  /** How `body` was compressed. */
  readonly contentEncoding?: 'gzip' | undefined;
  /** Bound of this one attempt in milliseconds; 0 is no bound. */
  readonly timeoutMillis: number;
  /** Called before the answer is given when nothing reads the body any more: it may be written over. */
  readonly onBodySent?: (() => void) | undefined;
}

/** What every result may carry: the receiver's status, in the words of the conventions, for the SDK's own metrics. */
interface Answered {
  readonly status?: StatusAttributes | undefined;
}

export type SendResult = Answered &
  /** The receiver took it; `rejected` records of it were refused (partial success) with `message`. */
  (
    | { readonly kind: 'accepted'; readonly rejected: number; readonly message?: string | undefined }
    /** The answer never came, or the specification calls it retryable. */
    | {
        readonly kind: 'retryable';
        readonly message: string;
        readonly retryAfterMillis?: number | undefined;
        /** Nobody listens there: the system said so at once, no time was spent waiting. */
        readonly isUnreachable?: boolean | undefined;
      }
    /** Must not be sent again. */
    | { readonly kind: 'rejected'; readonly message: string }
  );

/**
 * `error.type` of what was lost: the receiver's status where that is the cause, by the name that its protocol has for it,
 * else the word of the books. With a partial success, whose status is a good one, that is `rejected` (otel/sdk-metrics).
 */
export function errorTypeOf(reason: DropReason, status: StatusAttributes | undefined): string {
  const code = status?.['http.response.status_code'] ?? status?.['rpc.status_code'] ?? 'OK';
  const isGood = typeof code === 'number' ? code < 300 : code === 'OK';
  return isGood ? reason : String(code);
}

/** Sends once. Resolves always: every failure is a result, never a rejection. */
export type Send = (request: SendRequest) => Promise<SendResult>;

/** One destination: how to send to it, and what somebody else needs to know to send there in our place. */
export interface Transport {
  readonly send: Send;
  /** Where to, for people: without credentials and without the query. */
  readonly destination: string;
  /** The request as data, for the thread that sends what is left when the process ends. Asked synchronously. */
  describe(request: SendRequest): RequestDescription;
  /** What the answer to a described request means; that there was one, the caller has made sure of. */
  readExitAnswer(answer: ExitAnswer): SendResult;
  /** Ends what is in flight (each such send gives `retryable`) and lets go of connections. */
  close(): void;
}

/** A destination that is reached in the very call, as a file is: the end of the process needs no thread for it. */
export interface ImmediateTransport extends Pick<Transport, 'send' | 'destination' | 'close'> {
  /** Sends once, before it returns. */
  sendNow(request: SendRequest): SendResult;
}

/** What the send buffer sends over. */
export type AnyTransport = Transport | ImmediateTransport;

/** The request as data, and whether something of it is missing. */
export interface RequestDescription extends ExitRequest {
  /** Set when `headers` lacks what an asynchronous header function would have given by now. */
  readonly incomplete?: string | undefined;
}
