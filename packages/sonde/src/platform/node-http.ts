/**
 * HTTP exchanges on Node: connections of our own, kept and lent to one request at a time, straight to the receiver or
 * through a proxy. No socket keeps the process alive: whoever waits for an answer holds a timer of its own. Where the
 * application gives an agent or options for one, that does it (node-http-agent.ts).
 */
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { shown } from '../internal/shown.ts';
import { failure, type HttpClient, type HttpClientOptions, type HttpRequest } from './http-client.ts';
import { HEADER_NAME, HEADER_VALUE } from './http-fields.ts';
import { connectTls, type Destination } from './node-connection.ts';
import { describeError, isUnreachable } from './node-error.ts';
import { type ConnectionOwner, HttpConnection, type HttpOutcome } from './node-http-connection.ts';
import { process } from './node-process.ts';
import { clearTimer, MAX_TIMER_MILLIS, setTimer, type Timer } from './node-timer.ts';

/** How long a connection with TLS may take, beside the bound of the request that waits for it. */
const OPENING_MILLIS = 20_000;
/** Node's own setting for the connections of its agents. */
const TCP_KEEP_ALIVE_MILLIS = 1_000;

export function openHttpClient(options: HttpClientOptions): HttpClient {
  const usesAgent = options.agentFactory !== undefined || options.agentOptions !== undefined;
  return usesAgent ? new AgentClient(options) : new SocketClient(options);
}

/** The client over the application's agent, loaded with the first exchange. */
class AgentClient implements HttpClient {
  readonly #options: HttpClientOptions;
  #client: HttpClient | undefined = undefined;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  async exchange(request: HttpRequest): Promise<HttpOutcome> {
    const { openAgentClient } = await import('./node-http-agent.ts');
    if (this.#closed) return failure('closed', 'the client is closed');
    this.#client ??= openAgentClient(this.#options);
    return this.#client.exchange(request);
  }

  close(): void {
    this.#closed = true;
    this.#client?.close();
  }
}

class SocketClient implements HttpClient, ConnectionOwner {
  readonly maxResponseBytes: number;
  readonly keepAlive: boolean;
  readonly #options: HttpClientOptions;
  readonly #url: URL;
  /** The request line, and the headers that are the same for all requests. */
  readonly #headStart: string;
  readonly #connections = new Set<HttpConnection>();
  /** Idle ones; the one used last is used next, so that those too many grow old. */
  readonly #idle: HttpConnection[] = [];
  /** Connections with TLS that are being made. */
  #opening = 0;
  readonly #running = new Set<Exchange>();
  readonly #waiting: Exchange[] = [];
  readonly #closing = new AbortController();
  #session: Buffer | undefined = undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.maxResponseBytes = options.maxResponseBytes;
    this.keepAlive = options.keepAlive;
    this.#url = new URL(options.url);
    this.#headStart = headStartOf(this.#url, options);
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  exchange(request: HttpRequest): Promise<HttpOutcome> {
    if (this.isClosed) return Promise.resolve(failure('closed', 'the client is closed'));
    return new Promise((resolve) => {
      const exchange = new Exchange(this, request, (outcome) => {
        this.#running.delete(exchange);
        resolve(outcome);
      });
      this.#running.add(exchange);
      try {
        exchange.begin(this.#headStart + headEndOf(request));
      } catch (error) {
        exchange.fail(failure('request', `the request could not be made: ${describeError(error)}`));
      }
    });
  }

  close(): void {
    this.#closing.abort();
    for (const exchange of this.#running) exchange.fail(failure('closed', 'the exporter was shut down'));
    for (const connection of this.#connections) connection.close();
  }

  /** Gives the exchange a connection: a kept one, a new one, or the next that is free where there may be no more. */
  lend(exchange: Exchange): void {
    const kept = this.#takeIdle();
    if (kept !== undefined) exchange.use(kept);
    else if (this.#connections.size + this.#opening >= this.#options.maxConnections)
      this.#waiting.push(exchange);
    else this.#open(exchange);
  }

  /** Those kept are as old as the one that turned out to be closed: the receiver may have been started anew. */
  forgetIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  onIdle(connection: HttpConnection): void {
    // Made while the client was closed: nobody would take it.
    if (this.isClosed) connection.close();
    else this.#idle.push(connection);
    this.serveNext();
  }

  onClosed(connection: HttpConnection): void {
    this.#connections.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    this.serveNext();
  }

  /** The next that waits for a connection looks for one again. */
  serveNext(): void {
    if (!this.isClosed) this.#waiting.shift()?.start();
  }

  #takeIdle(): HttpConnection | undefined {
    const now = performance.now();
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      if (kept.isUsable(now)) return kept;
      kept.close();
    }
    return undefined;
  }

  #open(exchange: Exchange): void {
    const { proxy } = this.#options;
    const isTls = this.#url.protocol === 'https:' || proxy?.secure === true;
    if (isTls) this.#openTls(exchange);
    else exchange.use(this.#adopt(connectTcp(proxy ?? destinationOf(this.#url))));
  }

  /** Nothing is written before the other side's certificate has been looked at. */
  #openTls(exchange: Exchange): void {
    this.#opening++;
    const signal = AbortSignal.any([AbortSignal.timeout(OPENING_MILLIS), this.#closing.signal]);
    this.#connectTls(signal)
      .finally(() => {
        this.#opening--;
      })
      .then(
        (socket) => exchange.use(this.#adopt(socket)),
        (error) => {
          this.#session = undefined;
          exchange.fail(failure('connection', describeError(error), isUnreachable(error)));
          this.serveNext();
        },
      );
  }

  async #connectTls(signal: AbortSignal): Promise<Socket> {
    const { proxy, tls } = this.#options;
    if (this.#url.protocol === 'http:') return connectTls(proxy!, {}, signal);
    const destination = { ...destinationOf(this.#url), proxy };
    const session = this.#session === undefined ? {} : { session: this.#session };
    const options: ConnectionOptions = { ...tls, ...session, ALPNProtocols: ['http/1.1'] };
    const keepSession = (given: Buffer): void => {
      this.#session = given;
    };
    return connectTls(destination, options, signal, keepSession);
  }

  #adopt(socket: Socket): HttpConnection {
    socket.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MILLIS);
    const connection = new HttpConnection(socket, this);
    this.#connections.add(connection);
    return connection;
  }
}

/** One request and what becomes of it. Settles once. */
class Exchange {
  readonly #client: SocketClient;
  readonly #request: HttpRequest;
  readonly #settle: (outcome: HttpOutcome) => void;
  #head = '';
  #connection: HttpConnection | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #isRepeated = false;
  #isSettled = false;

  constructor(client: SocketClient, request: HttpRequest, settle: (outcome: HttpOutcome) => void) {
    this.#client = client;
    this.#request = request;
    this.#settle = settle;
  }

  begin(head: string): void {
    this.#head = head;
    const { timeoutMillis } = this.#request;
    if (timeoutMillis > 0 && timeoutMillis <= MAX_TIMER_MILLIS) {
      this.#timer = setTimer(this.#onTimeout, timeoutMillis);
    }
    this.start();
  }

  /** Looks for a connection, unless there is an outcome already: then it is somebody else's turn. */
  start(): void {
    if (this.#isSettled) this.#client.serveNext();
    else this.#client.lend(this);
  }

  use(connection: HttpConnection): void {
    if (this.#isSettled) {
      this.#client.onIdle(connection);
      return;
    }
    this.#connection = connection;
    connection.send(this.#head, this.#request, this.#onOutcome);
  }

  /** An outcome from outside, which ends the connection that the request is on. */
  fail(outcome: HttpOutcome): void {
    if (this.#connection === undefined) this.#onOutcome(outcome, false);
    else this.#connection.abandon(outcome);
  }

  readonly #onTimeout = (): void => {
    const message = `no answer within ${this.#request.timeoutMillis} ms`;
    if (this.#connection === undefined) this.#onOutcome(failure('timeout', message), false);
    else this.#connection.expire(message);
  };

  readonly #onOutcome = (outcome: HttpOutcome, isStale: boolean): void => {
    this.#connection = undefined;
    if (isStale && !this.#isRepeated && !this.#client.isClosed) {
      this.#isRepeated = true;
      this.#client.forgetIdle();
      this.#client.lend(this);
      return;
    }
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#settle(outcome);
  };
}

function connectTcp({ host, port }: Destination): Socket {
  return process.getBuiltinModule('node:net').connect({ host, port });
}

function destinationOf({ hostname, port, protocol }: URL): Destination {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** The request line and the headers that all requests have. Over a proxy the whole URL is the target: RFC 9112, section 3.2.2. */
function headStartOf(url: URL, { proxy, keepAlive }: HttpClientOptions): string {
  const isForwarded = proxy !== undefined && url.protocol === 'http:';
  const target = isForwarded ? `${url.origin}${url.pathname}${url.search}` : `${url.pathname}${url.search}`;
  const authorization =
    isForwarded && proxy.authorization !== undefined ? `Proxy-Authorization: ${proxy.authorization}\r\n` : '';
  const connection = keepAlive ? 'keep-alive' : 'close';
  return `POST ${target} HTTP/1.1\r\nHost: ${url.host}\r\n${authorization}Connection: ${connection}\r\nAccept-Encoding: gzip\r\n`;
}

/** @throws TypeError for a name or value that would be something else on the wire; never shows a value */
function headEndOf({ headers, byteLength }: HttpRequest): string {
  let text = '';
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new TypeError(`the header ${shown(name)} cannot be sent`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return `${text}Content-Length: ${byteLength}\r\n\r\n`;
}
