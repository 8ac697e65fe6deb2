/** A gRPC receiver on node:http2 that keeps what it is sent and answers as a test says. */
import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedCall {
  readonly headers: IncomingHttpHeaders;
  readonly compressed: boolean;
  /** The message, decompressed. */
  readonly message: Buffer;
  readonly session: ServerHttp2Session | undefined;
}

export type Reply = (stream: ServerHttp2Stream, call: ReceivedCall, index: number) => void;

/** Headers, one message and trailers. */
export function reply(
  stream: ServerHttp2Stream,
  trailers: Record<string, string> = { 'grpc-status': '0' },
  message: Buffer | undefined = Buffer.alloc(0),
  headers: Record<string, string> = {},
): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', ...headers },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(message === undefined ? undefined : framed(message));
}

/** Only headers, as gRPC servers say what went wrong. */
export function replyTrailersOnly(stream: ServerHttp2Stream, trailers: Record<string, string>): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
}

export function framed(message: Buffer, flag = 0): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

export class GrpcReceiver {
  readonly calls: ReceivedCall[] = [];
  readonly sessions: Set<ServerHttp2Session> = new Set();
  /** How many connections there have been. */
  connections = 0;
  reply: Reply = (stream) => reply(stream);
  readonly #server: ReturnType<typeof createServer>;

  private constructor(tls: SecureServerOptions | undefined) {
    this.#server = tls === undefined ? createServer() : (createSecureServer(tls) as never);
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.connections++;
      this.sessions.add(session);
      session.on('close', () => this.sessions.delete(session));
      session.on('error', () => undefined);
    });
    this.#server.on('stream', (stream, headers) => this.#take(stream, headers));
  }

  /** On a free port of loopback, or on a socket. */
  static async start(
    options: { tls?: SecureServerOptions; path?: string; port?: number } = {},
  ): Promise<GrpcReceiver> {
    const receiver = new GrpcReceiver(options.tls);
    const server = receiver.#server;
    await new Promise<void>((resolve) => {
      if (options.path === undefined) server.listen(options.port ?? 0, '127.0.0.1', resolve);
      else server.listen(options.path, resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const data = Buffer.concat(chunks);
      const body = data.subarray(5, 5 + data.readUInt32BE(1));
      const compressed = data[0] === 1;
      const message = compressed ? gunzipSync(body) : body;
      const call = { headers, compressed, message, session: stream.session as ServerHttp2Session };
      this.calls.push(call);
      this.reply(stream, call, this.calls.length - 1);
    });
  }
}
