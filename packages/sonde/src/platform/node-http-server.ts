/**
 * HTTP servers over node:http, which is loaded when one is opened. Neither the server nor its connections keep the
 * process alive, and what is patched into the prototype of all servers does not see this one.
 */
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpServer, HttpServerOptions } from './http-server.ts';

/** How long running answers may take when the server is closed, in milliseconds. */
const CLOSE_MILLIS = 1_000;

export function openHttpServer(options: HttpServerOptions): HttpServer | undefined {
  return new NodeHttpServer(options);
}

class NodeHttpServer implements HttpServer {
  readonly #options: HttpServerOptions;
  #server: Server | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** `localhost` is the loopback of IPv4 first, as the official exporter has it, then that of IPv6. */
  async listen(): Promise<void> {
    const { host } = this.#options;
    if (host !== 'localhost') return await this.#listenOn(host);
    try {
      await this.#listenOn('127.0.0.1');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
      await this.#listenOn('::1');
    }
  }

  #listenOn(host: string | undefined): Promise<void> {
    const { createServer } = process.getBuiltinModule('node:http');
    const { prototype } = process.getBuiltinModule('node:events');
    const server = createServer((request, response) => {
      // Closing ends the connections that are idle then. One with an answer under way becomes idle after it.
      response.on('close', () => {
        if (!server.listening) server.closeIdleConnections();
      });
      this.#options.handle(request, response);
    });
    // Instrumentations patch `emit` of http.Server.prototype: a scrape of telemetry makes none of its own.
    server.emit = prototype.emit;
    server.on('connection', (socket: Socket) => socket.unref());
    server.unref();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      // Exclusive: in a cluster the other workers' listeners would take turns with this one.
      server.listen({ host, port: this.#options.port, exclusive: true }, () => {
        server.off('error', reject);
        // Errors of a running server are of single connections, which have heard of them.
        server.on('error', () => {});
        this.#server = server;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return Promise.resolve();
    this.#server = undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MILLIS);
      timer.unref();
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  }
}
