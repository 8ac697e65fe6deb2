/** An HTTP proxy for tests: forwards requests in absolute form and opens tunnels, and keeps what it was asked for. */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export class TestProxy {
  /** `POST http://host/path` or `CONNECT host:port`. */
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** What CONNECT is answered with where it is not opened, the status line first. */
  refusal: string | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(tls?: { cert: string; key: string }) {
    this.#server = tls === undefined ? createServer() : createTlsServer(tls);
    this.#server.on('request', (request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket, head) => this.#tunnel(request, socket as Socket, head));
    this.#server.on('connection', (socket) => this.#keep(socket));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
  }

  #note(request: IncomingMessage): void {
    this.asked.push(`${request.method} ${request.url}`);
    this.authorizations.push(request.headers['proxy-authorization']);
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.#note(request);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest(
      this.#here(request.url ?? ''),
      { method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  }

  #tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#note(request);
    this.#keep(socket);
    if (this.refusal !== undefined) {
      socket.end(this.refusal);
      return;
    }
    const onward = connect(Number(/:(\d+)$/.exec(request.url ?? '')?.[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    this.#keep(onward);
    socket.on('close', () => onward.destroy());
  }

  /** Names that only the proxy can resolve: all of them are this machine. */
  #here(url: string): URL {
    const target = new URL(url);
    target.hostname = '127.0.0.1';
    return target;
  }
}
