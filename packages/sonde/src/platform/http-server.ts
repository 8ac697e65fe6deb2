/** What a platform's HTTP server is to the SDK: something that answers scrapes. */

/** A request as handlers see it; Node's, and those of frameworks that keep its shape, fit. */
export interface ServerRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An answer to be written; Node's fits. */
export interface ServerResponse {
  statusCode: number;
  setHeader(name: string, value: string | number): unknown;
  end(body?: string | Uint8Array): unknown;
}

export interface HttpServerOptions {
  readonly host: string | undefined;
  readonly port: number;
  /** Called with each request. Must not throw. */
  readonly handle: (request: ServerRequest, response: ServerResponse) => void;
}

/** A server that keeps no process alive and is nobody's to instrument. */
export interface HttpServer {
  /** The port that it listens on, 0 before. */
  readonly port: number;
  /** Rejects where the port is taken, or not allowed. */
  listen(): Promise<void>;
  /** Takes no more requests, and settles when those that are running have been answered, after a second at most. */
  close(): Promise<void>;
}
