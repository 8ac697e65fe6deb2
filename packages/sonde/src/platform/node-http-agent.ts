/**
 * HTTP exchanges over node:http or node:https, for an application that gives an agent, or options for one: its connections
 * are that agent's business. No socket keeps the process alive: whoever waits for an answer holds a timer of its own.
 */
import type {
  Agent,
  ClientRequest,
  IncomingMessage,
  RequestOptions,
  request as requestFunction,
} from 'node:http';
import {
  failure,
  type HttpAnswer,
  type HttpClient,
  type HttpClientOptions,
  type HttpFailure,
  type HttpRequest,
} from './http-client.ts';
import { codeOf, describeError, isUnreachable } from './node-error.ts';
import { unpackBody } from './node-http-answer.ts';
import { process } from './node-process.ts';
import { clearTimer, MAX_TIMER_MILLIS, setTimer, type Timer } from './node-timer.ts';

type HttpModule = {
  readonly request: typeof requestFunction;
  readonly Agent: new (options: Record<string, unknown>) => Agent;
};
type Outcome = HttpAnswer | HttpFailure;

/** Bytes of all headers of an answer. Node's own default, set so that a command line option cannot widen it. */
const MAX_HEADER_BYTES = 16_384;
/** Interim answers (1xx) borne before the final one. */
const MAX_INTERIM = 16;

const NO_BODY = new Uint8Array(0);

export function openAgentClient(options: HttpClientOptions): HttpClient {
  return new AgentHttpClient(options);
}

class AgentHttpClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #url: URL;
  readonly #running = new Set<Exchange>();
  #module: HttpModule | undefined;
  #agent: Agent | undefined;
  #openingAgent: Promise<void> | undefined;
  #ownsAgent = true;
  readonly #closing = new AbortController();
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
  }

  exchange(request: HttpRequest): Promise<Outcome> {
    if (this.#closed) return Promise.resolve(failure('closed', 'the client is closed'));
    const deadline = request.timeoutMillis > 0 ? performance.now() + request.timeoutMillis : Infinity;
    if (this.#agent === undefined) return this.#openAndExchange(request, deadline);
    return new Promise((resolve) => this.#attempt(request, deadline, true, resolve));
  }

  async #openAndExchange(request: HttpRequest, deadline: number): Promise<Outcome> {
    try {
      this.#openingAgent ??= this.#openAgent();
      await within(this.#openingAgent, request.timeoutMillis);
    } catch (error) {
      this.#openingAgent = undefined;
      return failure('request', `the HTTP agent could not be made: ${describeError(error)}`);
    }
    return new Promise((resolve) => this.#attempt(request, deadline, true, resolve));
  }

  close(): void {
    this.#closed = true;
    this.#closing.abort();
    for (const exchange of this.#running) exchange.close();
    if (this.#ownsAgent) this.#agent?.destroy();
  }

  async #openAgent(): Promise<void> {
    const { agentFactory, agentOptions, keepAlive, maxConnections, proxy, tls } = this.#options;
    const protocol = this.#url.protocol;
    const isTls = protocol === 'https:' || proxy?.secure === true;
    this.#module = process.getBuiltinModule(isTls ? 'node:https' : 'node:http') as unknown as HttpModule;
    if (agentFactory !== undefined) {
      this.#ownsAgent = false;
      const agent = (await agentFactory(protocol)) as (Agent & { addRequest?: unknown }) | undefined;
      if (typeof agent?.addRequest !== 'function') throw new TypeError('the function returned no http.Agent');
      this.#agent = agent;
      return;
    }
    const defaults = { keepAlive, maxSockets: maxConnections, maxFreeSockets: maxConnections };
    const agent = new this.#module.Agent({ ...defaults, scheduling: 'lifo', ...tls, ...agentOptions });
    if (proxy !== undefined && protocol === 'https:') {
      const { tunnelThrough } = await import('./node-tunnel.ts');
      tunnelThrough(agent, proxy, this.#closing.signal);
    }
    this.#agent = agent;
  }

  #attempt(
    request: HttpRequest,
    deadline: number,
    mayRepeat: boolean,
    resolve: (outcome: Outcome) => void,
  ): void {
    const exchange = new Exchange(request, deadline, this.#options.maxResponseBytes, (outcome, stale) => {
      this.#running.delete(exchange);
      // A kept connection that the server closed while it was idle says nothing about the server.
      if (stale && mayRepeat && !this.#closed) this.#attempt(request, deadline, false, resolve);
      else resolve(outcome);
    });
    this.#running.add(exchange);
    exchange.start(this.#module!.request, this.#requestOptions(request));
  }

  #requestOptions(request: HttpRequest): RequestOptions {
    const url = this.#url;
    const { proxy } = this.#options;
    const headers: Record<string, string> = {
      ...request.headers,
      'Accept-Encoding': 'gzip',
      'Content-Length': String(request.byteLength),
    };
    const common = { method: 'POST', agent: this.#agent!, maxHeaderSize: MAX_HEADER_BYTES, headers };
    if (proxy !== undefined && url.protocol === 'http:') {
      // The whole URL is the request's target: RFC 9112, section 3.2.2.
      headers['Host'] = url.host;
      if (proxy.authorization !== undefined) headers['Proxy-Authorization'] = proxy.authorization;
      const protocol = proxy.secure ? 'https:' : 'http:';
      // Without it the agent would ask the proxy for a certificate of the host in the Host header.
      const { isIP } = process.getBuiltinModule('node:net');
      const named = proxy.secure ? { servername: isIP(proxy.host) === 0 ? proxy.host : '' } : {};
      return { ...common, ...named, protocol, hostname: proxy.host, port: proxy.port, path: url.href };
    }
    return {
      ...common,
      protocol: url.protocol,
      hostname: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
      port: url.port === '' ? undefined : url.port,
      path: `${url.pathname}${url.search}`,
    };
  }
}

/** One request and its answer. Settles once; what comes later is heard, so that nothing is unhandled, and ignored. */
class Exchange {
  readonly #request: HttpRequest;
  /** By performance.now(); Infinity for none. */
  readonly #deadline: number;
  readonly #maxResponseBytes: number;
  readonly #settle: (outcome: Outcome, stale: boolean) => void;
  #outgoing: ClientRequest | undefined = undefined;
  #incoming: IncomingMessage | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #chunks: Uint8Array[] = [];
  #received = 0;
  #interim = 0;
  #settled = false;

  constructor(
    request: HttpRequest,
    deadline: number,
    maxResponseBytes: number,
    settle: (outcome: Outcome, stale: boolean) => void,
  ) {
    this.#request = request;
    this.#deadline = deadline;
    this.#maxResponseBytes = maxResponseBytes;
    this.#settle = settle;
  }

  start(request: typeof requestFunction, options: RequestOptions): void {
    try {
      const outgoing = request(options);
      this.#outgoing = outgoing;
      outgoing.on('socket', unref);
      outgoing.on('information', this.#onInterim);
      outgoing.on('response', this.#onResponse);
      outgoing.on('error', this.#onError);
      outgoing.on('close', this.#onClose);
      const left = this.#deadline - performance.now();
      if (left <= MAX_TIMER_MILLIS) this.#timer = setTimer(this.#onTimeout, Math.max(0, left));
      for (const piece of this.#request.body) if (piece.byteLength > 0) outgoing.write(piece);
      outgoing.end();
    } catch (error) {
      this.#fail('request', `the request could not be made: ${describeError(error)}`);
    }
  }

  close(): void {
    this.#fail('closed', 'the exporter was shut down');
  }

  readonly #onTimeout = (): void => {
    if (this.#incoming !== undefined) this.#answer(NO_BODY, 'broken');
    else this.#fail('timeout', `no answer within ${this.#request.timeoutMillis} ms`);
  };

  readonly #onInterim = (): void => {
    if (++this.#interim > MAX_INTERIM) {
      this.#fail('protocol', `more than ${MAX_INTERIM} interim answers (1xx) and no final one`);
    }
  };

  readonly #onResponse = (incoming: IncomingMessage): void => {
    this.#incoming = incoming;
    incoming.on('data', this.#onData);
    incoming.on('end', this.#onEnd);
    incoming.on('error', this.#onError);
    incoming.on('close', this.#onClose);
  };

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#settled) return;
    this.#received += chunk.byteLength;
    if (this.#received > this.#maxResponseBytes) this.#answer(NO_BODY, 'too_large');
    else this.#chunks.push(chunk);
  };

  readonly #onEnd = (): void => {
    const incoming = this.#incoming;
    if (this.#settled || incoming === undefined) return;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (!incoming.complete) this.#answer(NO_BODY, 'broken');
    else this.#unpack(body, incoming.headers['content-encoding']);
  };

  readonly #onError = (error: Error): void => {
    if (this.#incoming !== undefined) {
      this.#onClose();
      return;
    }
    const code = codeOf(error);
    if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
      this.#fail('protocol', `the answer is not HTTP/1.1 (${describeError(error)})`);
      return;
    }
    const stale = this.#outgoing?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
    this.#finish(failure('connection', describeError(error), isUnreachable(error)), stale);
    this.#outgoing?.destroy();
  };

  readonly #onClose = (): void => {
    // A whole answer that is still being unpacked has also closed.
    if (this.#incoming?.complete === true) return;
    if (this.#incoming !== undefined) this.#answer(NO_BODY, 'broken');
    else this.#fail('connection', 'the connection was closed without an answer');
  };

  #unpack(body: Uint8Array, encoding: string | undefined): void {
    unpackBody(body, encoding, this.#maxResponseBytes, (unpacked, problem) =>
      this.#answer(unpacked, problem),
    );
  }

  #answer(body: Uint8Array, bodyProblem: HttpAnswer['bodyProblem']): void {
    const incoming = this.#incoming!;
    const { headers } = incoming;
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' ? value : value?.[0];
    };
    const isRequestSent = this.#outgoing?.writableFinished === true;
    this.#finish(
      { kind: 'answer', status: incoming.statusCode ?? 0, header, body, bodyProblem, isRequestSent },
      false,
    );
    if (bodyProblem !== undefined) this.#outgoing?.destroy();
  }

  #fail(reason: HttpFailure['reason'], message: string): void {
    this.#finish(failure(reason, message), false);
    this.#outgoing?.destroy();
  }

  #finish(outcome: Outcome, stale: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#chunks = [];
    this.#settle(outcome, stale);
  }
}

function unref(socket: { unref?: () => unknown }): void {
  socket.unref?.();
}

/** The promise, or a rejection after `milliseconds` (0: never): a function of the user's may not answer at all. */
function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  if (milliseconds <= 0) return promise;
  return new Promise((resolve, reject) => {
    const onTimeout = (): void => reject(new Error(`it did not come within ${milliseconds} ms`));
    const timer = setTimer(onTimeout, milliseconds);
    promise.then(resolve, reject).finally(() => clearTimer(timer));
  });
}
