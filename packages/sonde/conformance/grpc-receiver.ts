/**
 * A receiver on node:http2 for OTLP over gRPC, and over HTTP where TLS is in play, that keeps what it is sent and answers
 * as a test says; and certificates for it, made on the spot.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Pem {
  readonly cert: string;
  readonly key: string;
}

interface Authority {
  readonly cert: string;
  issue(name: string, options?: { names?: readonly string[]; from?: Date; to?: Date }): Pem;
}

// A helper of the tests beside the source, which the tarball leaves out.
const fixture = new URL('../../dist/esm/platform/certificates.fixture.js', import.meta.url);
const { Authority: MadeAuthority } = (await import(fixture.href)) as { Authority: new () => Authority };

/** An authority, and certificates of both sides, as texts and as files. */
export class Certificates {
  readonly authority: Authority = new MadeAuthority();
  readonly server: Pem = this.authority.issue('localhost');
  readonly client: Pem = this.authority.issue('client');
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sonde-certificates-'));
  readonly caFile: string = this.write('ca.pem', this.authority.cert);
  readonly certFile: string = this.write('client.pem', this.client.cert);
  readonly keyFile: string = this.write('client.key', this.client.key);

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }
}

export interface Call {
  readonly path: string;
  /** `grpc` or `http`. */
  readonly protocol: 'grpc' | 'http';
  readonly headers: IncomingHttpHeaders;
  /** Decompressed, without gRPC's prefix. */
  readonly message: Buffer;
  /** Milliseconds, by performance.now(). */
  readonly at: number;
}

export type GrpcAnswer = (stream: ServerHttp2Stream, call: Call, index: number) => void;

/** Headers, one message and trailers. */
export function grpcReply(
  status: number,
  trailers: Record<string, string> = {},
  message: Buffer = Buffer.alloc(0),
): GrpcAnswer {
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status), ...trailers }));
    const prefix = Buffer.from([0, 0, 0, 0, 0]);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
  };
}

export class GrpcReceiver {
  readonly calls: Call[] = [];
  answer: GrpcAnswer = grpcReply(0);
  /** Connections that were begun, whatever became of them. */
  connections = 0;
  /** Connections that have ended, from either side. */
  closed = 0;
  readonly #server: Http2Server;
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(tls?: SecureServerOptions) {
    this.#server = tls === undefined ? createServer() : (createSecureServer(tls) as never);
    this.#http = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    for (const server of [this.#server, this.#http]) {
      server.on('connection', (socket: Socket) => {
        this.connections++;
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => this.closed++);
      });
    }
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('error', () => undefined);
    });
    this.#server.on('stream', (stream, headers) => this.#take(stream, headers));
    this.#http.on('request', (request, response) => this.#takeHttp(request, response));
  }

  /** TLS with a certificate of the authority, with `mutual` for clients that have one too. */
  static secure(certificates: Certificates, mutual = false): GrpcReceiver {
    const client = mutual ? { requestCert: true, rejectUnauthorized: true } : {};
    return new GrpcReceiver({ ...certificates.server, ca: certificates.authority.cert, ...client });
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Of gRPC. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Of HTTP/1.1, with the same certificates. */
  get httpPort(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keep(protocol: Call['protocol'], path: string, headers: IncomingHttpHeaders, message: Buffer): Call {
    const call = { protocol, path, headers, message, at: performance.now() };
    this.calls.push(call);
    return call;
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const data = Buffer.concat(chunks);
      const message = data[0] === 1 ? gunzipSync(data.subarray(5)) : data.subarray(5);
      const call = this.#keep('grpc', String(headers[':path']), headers, message);
      this.answer(stream, call, this.calls.length - 1);
    });
  }

  #takeHttp(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.#keep('http', request.url ?? '', request.headers, Buffer.concat(chunks));
      response.end();
    });
  }
}
