/**
 * One unary call on an HTTP/2 session (gRPC over HTTP/2, "Requests" and "Responses"): a length-prefixed message out, and
 * headers, message and trailers back. Settles once; what comes later is heard, so that nothing is unhandled, and ignored.
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { GrpcAnswer, GrpcClientOptions, GrpcRequest } from './grpc-client.ts';
import { failure, type HttpFailure } from './http-client.ts';
import { codeOf, describeError, isUnreachable } from './node-error.ts';
import { process } from './node-process.ts';
import { clearTimer, MAX_TIMER_MILLIS, setTimer, type Timer } from './node-timer.ts';

/** A connection as its calls see it. */
export interface OpenSession {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
  /** How many calls have begun on it. */
  calls: number;
  /** Whether the other side has said anything of HTTP/2. */
  spoke: boolean;
  /** Why it ended, where it did not end well. */
  error: Error | undefined;
  /** What the other side wrote into GOAWAY. */
  farewell: string;
}

/** How a call went, and what that says about the connection. */
export interface Outcome {
  readonly outcome: GrpcAnswer | HttpFailure;
  /** The receiver has certainly not looked at it: it may be sent again at once. */
  readonly unprocessed: boolean;
  /** Nothing at all came over the connection until the deadline. */
  readonly silent?: boolean;
}

/** Length and compression flag before each message. */
const PREFIX_BYTES = 5;
const NO_BODY = new Uint8Array(0);

/** RFC 9113, section 7. */
const REFUSED_STREAM = 7;
const CANCEL = 8;
/** Resets that say that the two sides do not understand each other: another attempt would end the same. */
const FINAL_RESETS: ReadonlyMap<number, string> = new Map([
  [1, 'PROTOCOL_ERROR'],
  [6, 'FRAME_SIZE_ERROR'],
  [9, 'COMPRESSION_ERROR'],
  [12, 'INADEQUATE_SECURITY'],
  [13, 'HTTP_1_1_REQUIRED: it takes HTTP/1.1 only'],
]);

export class Http2Call {
  readonly #options: GrpcClientOptions;
  readonly #request: GrpcRequest;
  readonly #deadline: number;
  readonly #open: OpenSession;
  readonly #settle: (outcome: Outcome) => void;
  readonly #bytesBefore: number;
  readonly #reused: boolean;
  #stream: ClientHttp2Stream | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #headers: IncomingHttpHeaders | undefined = undefined;
  #trailers: IncomingHttpHeaders | undefined = undefined;
  #chunks: Uint8Array[] = [];
  #received = 0;
  #error: Error | undefined = undefined;
  #settled = false;
  #unpacking = false;

  constructor(
    options: GrpcClientOptions,
    request: GrpcRequest,
    deadline: number,
    open: OpenSession,
    settle: (outcome: Outcome) => void,
  ) {
    this.#options = options;
    this.#request = request;
    this.#deadline = deadline;
    this.#open = open;
    this.#settle = settle;
    this.#bytesBefore = open.socket.bytesRead;
    this.#reused = open.calls++ > 0;
  }

  start(): void {
    try {
      const stream = this.#open.session.request(this.#requestHeaders());
      this.#stream = stream;
      stream.on('response', this.#onResponse);
      stream.on('trailers', this.#onTrailers);
      stream.on('data', this.#onData);
      stream.on('end', this.#onEnd);
      stream.on('error', this.#onError);
      stream.on('close', this.#onClose);
      const left = this.#deadline - performance.now();
      if (left <= MAX_TIMER_MILLIS) this.#timer = setTimer(this.#onTimeout, Math.max(0, left));
      this.#write(stream);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'ERR_HTTP2_INVALID_SESSION' || code === 'ERR_HTTP2_GOAWAY_SESSION') {
        this.#finish(failure('connection', 'the connection had been closed'), true);
      } else this.#finish(failure('request', `the request could not be made: ${describeError(error)}`));
    }
  }

  close(): void {
    this.#abandon(failure('closed', 'the exporter was shut down'));
  }

  #requestHeaders(): Record<string, string> {
    const { authority, tls } = this.#options;
    const { path, headers, gzip } = this.#request;
    const own: Record<string, string> = {
      ':method': 'POST',
      ':scheme': tls === undefined ? 'http' : 'https',
      ':path': path,
      ':authority': authority,
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity,gzip',
      ...headers,
    };
    if (gzip) own['grpc-encoding'] = 'gzip';
    if (this.#deadline !== Infinity) own['grpc-timeout'] = grpcTimeout(this.#deadline - performance.now());
    return own;
  }

  #write(stream: ClientHttp2Stream): void {
    const { body, byteLength, gzip } = this.#request;
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    prefix[0] = gzip ? 1 : 0;
    prefix.writeUInt32BE(byteLength, 1);
    stream.cork();
    stream.write(prefix);
    for (const piece of body) if (piece.byteLength > 0) stream.write(piece);
    stream.end();
    stream.uncork();
  }

  readonly #onResponse = (headers: IncomingHttpHeaders): void => {
    this.#headers = headers;
  };

  readonly #onTrailers = (trailers: IncomingHttpHeaders): void => {
    this.#trailers = trailers;
  };

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#settled) return;
    this.#received += chunk.byteLength;
    if (this.#received <= this.#options.maxResponseBytes + PREFIX_BYTES) this.#chunks.push(chunk);
    else this.#answer(NO_BODY, 'too_large');
  };

  readonly #onEnd = (): void => {
    // Without a status the reset that follows says more.
    if (this.#statusText() !== undefined) this.#read();
  };

  readonly #onError = (error: Error): void => {
    this.#error ??= error;
  };

  readonly #onClose = (): void => {
    if (this.#settled || this.#unpacking) return;
    if (this.#statusText() !== undefined) this.#read();
    else if (this.#headers !== undefined && this.#stream?.rstCode === 0 && this.#error === undefined) {
      this.#read();
    } else this.#finish(this.#broken(), this.#isUnprocessed());
  };

  readonly #onTimeout = (): void => {
    const silent = this.#open.socket.bytesRead === this.#bytesBefore;
    this.#abandon(failure('timeout', `no answer within ${this.#request.timeoutMillis} ms`), silent);
  };

  #statusText(): string | undefined {
    const status = this.#trailers?.['grpc-status'] ?? this.#headers?.['grpc-status'];
    return status === undefined ? undefined : String(status);
  }

  /** Why there is no answer. */
  #broken(): HttpFailure {
    const { error, spoke, farewell } = this.#open;
    const reset = FINAL_RESETS.get(this.#stream?.rstCode ?? 0);
    if (!spoke && (isProtocolError(error) || isProtocolError(this.#error))) {
      return failure('protocol', 'the endpoint does not speak HTTP/2, which gRPC needs');
    }
    if (reset !== undefined && error === undefined) {
      return failure('protocol', `the receiver reset the call with ${reset}`);
    }
    const reason = error ?? this.#error;
    const said = farewell === '' ? '' : `; the receiver said ${JSON.stringify(farewell)}`;
    if (reason !== undefined) return failure('connection', `${describeError(reason)}${said}`);
    return failure('connection', `the connection was closed without an answer${said}`);
  }

  #isUnprocessed(): boolean {
    if (this.#headers !== undefined) return false;
    if (this.#stream?.rstCode === REFUSED_STREAM) return true;
    // A kept connection that ended while it was idle says nothing about the receiver.
    return this.#reused && this.#open.session.destroyed && this.#open.socket.bytesRead === this.#bytesBefore;
  }

  /** Takes the one message out of what has come. */
  #read(): void {
    if (this.#settled || this.#unpacking) return;
    const data = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (data.byteLength === 0) {
      this.#answer(NO_BODY, undefined);
      return;
    }
    const length =
      data.byteLength < PREFIX_BYTES ? -1 : new DataView(data.buffer, data.byteOffset).getUint32(1);
    const message = data.subarray(PREFIX_BYTES);
    if (length > this.#options.maxResponseBytes) this.#answer(NO_BODY, 'too_large');
    else if (length !== message.byteLength || data[0]! > 1) this.#answer(NO_BODY, 'broken');
    else if (data[0] === 0) this.#answer(message, undefined);
    else if (this.#headers?.['grpc-encoding'] === 'gzip') this.#unpack(message);
    else this.#answer(NO_BODY, 'broken');
  }

  #unpack(message: Uint8Array): void {
    const { gunzip } = process.getBuiltinModule('node:zlib');
    this.#unpacking = true;
    gunzip(message, { maxOutputLength: this.#options.maxResponseBytes }, (error, unpacked) => {
      if (error === null) this.#answer(unpacked, undefined);
      else this.#answer(NO_BODY, codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'broken');
    });
  }

  #answer(body: Uint8Array, bodyProblem: GrpcAnswer['bodyProblem']): void {
    const text = this.#statusText();
    const field = (name: string): string => {
      const value = this.#trailers?.[name] ?? this.#headers?.[name];
      return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
    };
    this.#finish({
      kind: 'answer',
      httpStatus: Number(this.#headers?.[':status'] ?? 0),
      contentType: field('content-type'),
      status: text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined,
      message: field('grpc-message'),
      details: field('grpc-status-details-bin'),
      body,
      bodyProblem,
      isRequestSent: this.#stream?.writableFinished === true,
    });
    // The rest of a message that nobody reads, or of ours that the receiver has answered early.
    if (this.#stream?.closed === false && (bodyProblem !== undefined || !this.#stream.writableFinished)) {
      this.#stream.close(CANCEL);
    }
  }

  /** Settles and tells the receiver that nobody waits any more. */
  #abandon(outcome: HttpFailure, silent = false): void {
    this.#finish(outcome, false, silent);
    if (this.#stream?.closed === false) this.#stream.close(CANCEL);
  }

  #finish(outcome: GrpcAnswer | HttpFailure, unprocessed = false, silent = false): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#chunks = [];
    this.#settle({ outcome, unprocessed, silent });
  }
}

/** At most eight digits and a unit. Rounded up: the receiver's deadline is not to be earlier than ours. */
export function grpcTimeout(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  if (whole < 100_000_000) return `${whole}m`;
  return `${Math.ceil(whole / 1_000)}S`;
}

/** What kept a connection from being opened. */
export function failureOfError(error: unknown, isClosed: boolean): HttpFailure {
  if (isClosed) return failure('closed', 'the exporter was shut down');
  if ((error as { name?: unknown } | null)?.name === 'TimeoutError') {
    return failure('timeout', (error as Error).message);
  }
  if (codeOf(error) === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') {
    return failure('protocol', 'the endpoint does not speak HTTP/2, which gRPC needs (no ALPN "h2")');
  }
  return failure('connection', describeError(error), isUnreachable(error));
}

/** What nghttp2 says of bytes that are not HTTP/2. */
function isProtocolError(error: Error | undefined): boolean {
  return codeOf(error) === 'ERR_HTTP2_ERROR' || codeOf(error) === 'ERR_HTTP2_STREAM_ERROR';
}
