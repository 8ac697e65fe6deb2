/** A real HTTP server on loopback that keeps what it is sent and answers as a test says. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came, after decompression. */
  readonly body: Buffer;
  /** The connection that it came over. */
  readonly socket: Socket;
  /** Milliseconds, by performance.now(). */
  readonly at: number;
}

export type Answer = (response: ServerResponse, request: Received, index: number) => void;

export class Receiver {
  readonly received: Received[] = [];
  /** The most requests that were open at the same time. */
  mostAtOnce = 0;
  answer: Answer = (response) => response.end();
  readonly #server: Server;
  #open = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer?: Answer): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    if (answer !== undefined) receiver.answer = answer;
    server.on('request', (request, response) => receiver.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.origin}/v1/traces`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open);
    response.on('close', () => this.#open--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const { url = '', headers, socket } = request;
      const received = { path: url, headers, body, socket, at: performance.now() };
      this.received.push(received);
      this.answer(response, received, this.received.length - 1);
    });
  }
}
