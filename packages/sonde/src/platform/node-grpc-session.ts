/**
 * Unary gRPC calls over node:http2: one connection per client, opened at the first call and again when it was lost.
 * No socket keeps the process alive: whoever waits for an answer holds a timer of its own. Loaded at the first call
 * (node-grpc.ts), with node:http2 itself.
 */
import type { GrpcAnswer, GrpcClient, GrpcClientOptions, GrpcRequest } from './grpc-client.ts';
import type { HttpFailure } from './http-client.ts';
import { connectHttp2, connectPlain } from './node-connection.ts';
import { failureOfError, Http2Call, type OpenSession, type Outcome } from './node-grpc-call.ts';
import { process } from './node-process.ts';
import { clearTimer, setTimer } from './node-timer.ts';

/** How long a connection may take to open, TLS included: the minimum of gRPC's connection backoff protocol. */
const CONNECT_MILLIS = 20_000;
/** Bytes of the headers of an answer, as node:http has it by default. */
const MAX_HEADER_BYTES = 16_384;
const MAX_HEADER_PAIRS = 128;
/** Megabytes that a session may hold of calls under way. Node's default, 10, is less than one send buffer may hold. */
const MAX_SESSION_MEMORY = 256;

export class Http2GrpcClient implements GrpcClient {
  readonly #options: GrpcClientOptions;
  readonly #running = new Set<Http2Call>();
  readonly #closing = new AbortController();
  #current: OpenSession | undefined = undefined;
  #opening: Promise<OpenSession> | undefined = undefined;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
  }

  async exchange(request: GrpcRequest): Promise<GrpcAnswer | HttpFailure> {
    const deadline = request.timeoutMillis > 0 ? performance.now() + request.timeoutMillis : Infinity;
    const first = await this.#attempt(request, deadline);
    // The receiver has not seen the call, by the protocol or because the idle connection had ended meanwhile.
    if (!first.unprocessed || this.#closing.signal.aborted) return first.outcome;
    const { outcome } = await this.#attempt(request, deadline);
    // The connection of the first attempt may not have let go of the bytes yet.
    return outcome.kind === 'answer' ? { ...outcome, isRequestSent: false } : outcome;
  }

  close(): void {
    this.#closing.abort(new Error('the exporter was shut down'));
    for (const call of this.#running) call.close();
    this.#current?.session.destroy();
    this.#current = undefined;
  }

  async #attempt(request: GrpcRequest, deadline: number): Promise<Outcome> {
    let open: OpenSession;
    try {
      open = this.#current ?? (await before(deadline, request.timeoutMillis, this.#open()));
    } catch (error) {
      return { outcome: failureOfError(error, this.#closing.signal.aborted), unprocessed: false };
    }
    const result = await new Promise<Outcome>((resolve) => {
      const call = new Http2Call(this.#options, request, deadline, open, (outcome) => {
        this.#running.delete(call);
        resolve(outcome);
      });
      this.#running.add(call);
      call.start();
    });
    // A connection that has fallen silent, such as one that a firewall forgot, would let every later call run out too.
    if (result.silent === true || !this.#options.keepAlive) this.#retire(open);
    return result;
  }

  #open(): Promise<OpenSession> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<OpenSession> {
    const { authority, tls } = this.#options;
    const timeout = AbortSignal.timeout(CONNECT_MILLIS);
    const signal = AbortSignal.any([timeout, this.#closing.signal]);
    const socket = await (tls === undefined
      ? connectPlain(this.#options, signal)
      : connectHttp2(this.#options, tls, signal));
    const { connect } = process.getBuiltinModule('node:http2');
    const session = connect(`${tls === undefined ? 'http' : 'https'}://${authority}`, {
      createConnection: () => socket,
      maxHeaderListPairs: MAX_HEADER_PAIRS,
      maxReservedRemoteStreams: 0,
      maxSessionMemory: MAX_SESSION_MEMORY,
      settings: { enablePush: false, maxHeaderListSize: MAX_HEADER_BYTES },
    });
    const open: OpenSession = { session, socket, calls: 0, spoke: false, error: undefined, farewell: '' };
    session.unref();
    session.on('remoteSettings', () => {
      open.spoke = true;
    });
    session.on('goaway', (_code, _last, data?: Uint8Array) => {
      open.farewell = Buffer.from(data ?? []).toString('latin1', 0, 200);
      this.#retire(open);
    });
    session.on('error', (error) => {
      open.error ??= error;
      this.#forget(open);
    });
    session.on('close', () => this.#forget(open));
    if (this.#closing.signal.aborted) session.destroy();
    else this.#current = open;
    return open;
  }

  /** Lets running calls end on it and begins no more. */
  #retire(open: OpenSession): void {
    this.#forget(open);
    if (!open.session.closed) open.session.close();
  }

  #forget(open: OpenSession): void {
    if (this.#current === open) this.#current = undefined;
  }
}

/** The promise, or a rejection at the deadline: others may go on waiting for the same connection. */
function before<T>(deadline: number, timeoutMillis: number, promise: Promise<T>): Promise<T> {
  if (deadline === Infinity) return promise;
  return new Promise((resolve, reject) => {
    const onTimeout = (): void => reject(new TimeoutError(`no connection within ${timeoutMillis} ms`));
    const timer = setTimer(onTimeout, Math.max(0, deadline - performance.now()));
    promise.then(resolve, reject).finally(() => clearTimer(timer));
  });
}

class TimeoutError extends Error {
  override readonly name: string = 'TimeoutError';
}
