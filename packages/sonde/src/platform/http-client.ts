/**
 * One HTTP exchange, as every platform offers it: a POST of bytes that are all there, an answer that fits into memory.
 * node-http.ts does it over node:http and node:https, fetch-http.ts over fetch. Neither knows what the bytes mean.
 */

import type { ProxyServer, TlsSettings } from './connection.ts';

/** What a client needs to know once, for all of its exchanges. */
export interface HttpClientOptions {
  /** http or https, without credentials. */
  readonly url: string;
  /** The answer's body after decompression; more is not read. */
  readonly maxResponseBytes: number;
  /** Connections open at the same time. */
  readonly maxConnections: number;
  /** Whether a connection is kept for the next request. */
  readonly keepAlive: boolean;
  /** Node only: TLS settings of the destination. */
  readonly tls?: TlsSettings | undefined;
  /** Node only: options of an agent of node:http or node:https, which then does the exchanges. */
  readonly agentOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Node only: the proxy for all exchanges. */
  readonly proxy?: ProxyServer | undefined;
  /** Node only: makes the agent in place of ours; asked once, at the first request. */
  readonly agentFactory?: ((protocol: string) => unknown) | undefined;
}

export interface HttpRequest {
  /** All headers but Content-Length, Accept-Encoding and what concerns the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body in pieces that are written one after another. */
  readonly body: readonly Uint8Array[];
  /** Sum of the pieces' lengths. */
  readonly byteLength: number;
  /** Bound of the whole exchange, from now to the answer's last byte; 0 is no bound. */
  readonly timeoutMillis: number;
}

/** A status line came. What follows it may be missing: the status alone says whether the request was taken. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined;
  /** The decompressed body; empty when it was not whole. */
  readonly body: Uint8Array;
  /** Set when the body is not whole: over the limit, or broken off, too slow, or not decodable. */
  readonly bodyProblem: 'too_large' | 'broken' | undefined;
  /** True when the request's body was handed to the operating system, all of it: nothing reads those bytes any more. */
  readonly isRequestSent?: boolean | undefined;
}

/** No status line came. */
export interface HttpFailure {
  readonly kind: 'failure';
  /**
   * connection: could not connect, or the connection broke; timeout: no answer in time; protocol: what came is not
   * HTTP; request: the request could not be made, such as an illegal header; closed: the client was closed.
   */
  readonly reason: 'connection' | 'timeout' | 'protocol' | 'request' | 'closed';
  /** For people, with the system's code where there is one. Holds no header and no credentials. */
  readonly message: string;
  /** For a failed connection: nobody listens at the address, or the name has none. Not every runtime can tell. */
  readonly isUnreachable?: boolean | undefined;
}

export interface HttpClient {
  /** Never rejects and never throws: every way it can go is an answer or a failure. */
  exchange(request: HttpRequest): Promise<HttpAnswer | HttpFailure>;
  /** Ends running exchanges with the failure `closed` and lets go of the connections. */
  close(): void;
}

/** A failure of that kind. */
export function failure(
  reason: HttpFailure['reason'],
  message: string,
  isUnreachable?: boolean,
): HttpFailure {
  return { kind: 'failure', reason, message, isUnreachable };
}
