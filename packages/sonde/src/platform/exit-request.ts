/** What is left to send when the process ends, as data: the shapes that the platform's last sender takes and answers. */

import type { ProxyServer } from './connection.ts';

/** A POST as structured-cloneable data. */
export interface ExitRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  readonly byteLength: number;
  /** Options of the HTTP agent as given, TLS settings among them. What is a function in them is left behind. */
  readonly agentOptions?: Readonly<Record<string, unknown>> | undefined;
  readonly proxy?: ProxyServer | undefined;
  /** Set for a unary gRPC call: `body` is its message, the URL's path its method. */
  readonly grpc?: ExitGrpc | undefined;
}

/** What gRPC needs beside the URL, which has its authority. */
export interface ExitGrpc {
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  /** Whether the message is compressed. */
  readonly gzip: boolean;
}

/** How one of them went: an HTTP status with the beginning of the answer's body, or why there is none. */
export interface ExitAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** `grpc-status`, if there was one, and `grpc-message` as it came. */
  readonly grpc?: { readonly status: number | undefined; readonly message: string } | undefined;
  /** Set when there was no answer. */
  readonly failure?: 'timeout' | 'connection' | 'unavailable' | undefined;
  readonly message?: string | undefined;
}
