/**
 * One unary gRPC call, as a platform offers it: a message of bytes out, a status and a message of bytes back.
 * node-grpc-session.ts does it over node:http2. Other platforms have no trailers to read a status from, and no gRPC.
 */
import type { ProxyServer, TlsSettings } from './connection.ts';
import type { HttpFailure } from './http-client.ts';

/** What a client needs to know once, for all of its calls. */
export interface GrpcClientOptions {
  readonly host: string;
  readonly port: number;
  /** A Unix domain socket in place of host and port. */
  readonly socketPath?: string | undefined;
  /** Value of `:authority`. */
  readonly authority: string;
  /** Absent for a connection without TLS. */
  readonly tls?: TlsSettings | undefined;
  readonly proxy?: ProxyServer | undefined;
  /** The answer's message after decompression; more is not read. */
  readonly maxResponseBytes: number;
  /** Whether the connection is kept for the next call. */
  readonly keepAlive: boolean;
}

export interface GrpcRequest {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Metadata, with user-agent; names in lower case, without what the protocol itself needs. */
  readonly headers: Readonly<Record<string, string>>;
  /** The message in pieces, without its prefix. */
  readonly body: readonly Uint8Array[];
  /** Sum of the pieces' lengths. */
  readonly byteLength: number;
  /** Whether the pieces are gzip. */
  readonly gzip: boolean;
  /** The deadline, told to the receiver as well; 0 is none. */
  readonly timeoutMillis: number;
}

/** The receiver answered; whether by the rules of gRPC, the fields say. */
export interface GrpcAnswer {
  readonly kind: 'answer';
  readonly httpStatus: number;
  readonly contentType: string;
  /** `grpc-status`, or undefined where there was none. */
  readonly status: number | undefined;
  /** `grpc-message` as it came, percent-encoded. */
  readonly message: string;
  /** `grpc-status-details-bin` as it came, base64. */
  readonly details: string;
  /** The decompressed message; empty when it was not whole. */
  readonly body: Uint8Array;
  /** Set when there was a message that could not be read: over the limit, or not what the protocol says. */
  readonly bodyProblem: 'too_large' | 'broken' | undefined;
  /** True when the message was handed to the operating system, all of it: nothing reads those bytes any more. */
  readonly isRequestSent?: boolean | undefined;
}

export interface GrpcClient {
  /** Never rejects and never throws: every way it can go is an answer or a failure. */
  exchange(request: GrpcRequest): Promise<GrpcAnswer | HttpFailure>;
  /** Ends running calls with the failure `closed` and lets go of the connection. */
  close(): void;
}
