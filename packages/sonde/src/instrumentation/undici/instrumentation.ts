/**
 * UndiciInstrumentation: fetch and undici, by the diagnostics channels that undici publishes on. Works for the fetch of
 * Node and for the package alike, however and whenever they were loaded.
 *
 *   undici:request:create ── span, traceparent      :headers ── status      :trailers | :error ── end
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { isTracingSuppressed, suppressTracing } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import type { MeterProviderLike } from '../../api/metrics/meter.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapGetter, TextMapSetter } from '../../api/propagation/text-map.ts';
import type { Span, SpanOptions, StartedSpan } from '../../api/trace/span.ts';
import { getSpan, setSpan } from '../../api/trace/span-in-context.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { InstrumentationBase, type InstrumentationConfig } from '../instrumentation.ts';
import { errorTypeOf } from '../shared/error-type.ts';
import { callHook } from '../shared/hook.ts';
import { HttpClientMetrics } from '../shared/http-client-metrics.ts';
import { contentLength } from '../shared/http-duration.ts';
import { KnownMethods, OTHER_METHOD, spanNameOf } from '../shared/http-method.ts';
import { mayReplace } from '../shared/passed-on.ts';
import { DEFAULT_REDACTED_KEYS, redactQuery, redactUrl } from '../shared/url-redaction.ts';

/** A request as undici's channels show it. */
export interface UndiciRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** Name and value in turn, or one text in older versions. */
  readonly headers: readonly (string | Uint8Array | string[])[] | string;
  /** The announced length of the body, if it is known. */
  readonly contentLength?: number | null;
  /** The protocol that the connection is to change to. */
  readonly upgrade?: string | boolean | null;
  addHeader(name: string, value: string): void;
}

/** A response as undici's channels show it. */
export interface UndiciResponse {
  readonly statusCode: number;
  readonly statusText?: string;
  readonly headers: readonly Uint8Array[];
}

/** What can be set, under the names of the official instrumentation. Hooks that throw are said and change nothing. */
export interface UndiciInstrumentationConfig extends InstrumentationConfig {
  /** True leaves a request without a span. */
  ignoreRequestHook?: (request: UndiciRequest) => boolean;
  /** Called with the span and the request before it is sent. */
  requestHook?: (span: Span, request: UndiciRequest) => void;
  /** Called with the span and the exchange when the response's headers are there. */
  responseHook?: (span: Span, info: { request: UndiciRequest; response: UndiciResponse }) => void;
  /** Attributes to add when the span starts. */
  startSpanHook?: (request: UndiciRequest) => Attributes;
  /** Makes spans only inside a span. Default false. */
  requireParentforSpans?: boolean;
  /** Headers to record. Default none: they may hold secrets. */
  headersToSpanAttributes?: { requestHeaders?: string[]; responseHeaders?: string[] };
  /** Also records the sizes of bodies that are announced, as metrics. Default false, as the semantic conventions have it. */
  bodySizeMetrics?: boolean;
}

interface Channel {
  subscribe(listener: (message: unknown) => void): void;
  unsubscribe(listener: (message: unknown) => void): void;
}

interface Message {
  readonly request: UndiciRequest;
  readonly response?: UndiciResponse;
  readonly error?: Error;
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
}

const VERSION = '0.1.0';

/** What undici calls when the answer hands the connection over: up to version 7, and since. */
const HANDOVERS = ['onUpgrade', 'onRequestUpgrade'] as const;

type Handover = (status: number | null, headers: unknown, ...more: unknown[]) => unknown;

/** One request in hand. */
interface Exchange {
  readonly span: StartedSpan;
  readonly context: Context;
  readonly method: string;
  /** By performance.now(); undefined when nobody collects metrics. */
  readonly startedAt: number | undefined;
  status: number | undefined;
  responseSize: number | undefined;
}

/** One map for all instances: what one has in hand the others leave alone. */
const exchanges = new WeakMap<UndiciRequest, Exchange>();

/** What the caller had set of that which was to be injected last, names and values in turn. */
const left: string[] = [];

const headerSetter: TextMapSetter<UndiciRequest> = {
  set: (request, key, value) => {
    if (headerOf(request.headers, key) === undefined) request.addHeader(key, value);
    else left.push(key, value);
  },
};
const headerGetter: TextMapGetter<UndiciRequest> = {
  // Only the span is read, which has names that are known.
  keys: () => [],
  get: ({ headers }, key) => headerOf(headers, key),
};

/** Spans for `fetch` and every other client of undici. Enabled when made, unless told otherwise. */
export class UndiciInstrumentation extends InstrumentationBase<UndiciInstrumentationConfig> {
  readonly #known = new KnownMethods();
  readonly #redacted = new Set(DEFAULT_REDACTED_KEYS);
  /** Undefined until the first request: instruments that nobody measures with need not be made. */
  #metrics: HttpClientMetrics | undefined;
  #undo: (() => void)[] = [];

  constructor(config: UndiciInstrumentationConfig = {}) {
    super('sonde/undici', VERSION, config);
    if (config.enabled !== false) this.enable();
  }

  override setMeterProvider(meterProvider: MeterProviderLike): void {
    super.setMeterProvider(meterProvider);
    this.#metrics = undefined;
  }

  protected override patch(): void {
    this.#undo = [
      this.#subscribe('undici:request:create', (message) => this.#onCreate(message.request)),
      this.#subscribe('undici:client:sendHeaders', (message) => this.#onSend(message)),
      this.#subscribe('undici:request:headers', (message) => this.#onHeaders(message)),
      this.#subscribe('undici:request:trailers', (message) => this.#end(message.request)),
      this.#subscribe('undici:request:error', (message) => this.#onError(message)),
    ];
  }

  protected override unpatch(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #measures(): HttpClientMetrics {
    this.#metrics ??= new HttpClientMetrics(this.meter);
    return this.#metrics;
  }

  #subscribe(name: string, listener: (message: Message) => void): () => void {
    const { channel } = process.getBuiltinModule('node:diagnostics_channel');
    const contained = (message: unknown): void => {
      try {
        listener(message as Message);
      } catch (error) {
        diag.error(`A message on the channel ${name} could not be used`, error);
      }
    };
    const it = channel(name) as Channel;
    it.subscribe(contained);
    return () => it.unsubscribe(contained);
  }

  #onCreate(request: UndiciRequest): void {
    const context = activeContext();
    const { ignoreRequestHook, requireParentforSpans, requestHook } = this.config;
    if (isTracingSuppressed(context)) return;
    const parent = getSpan(context);
    const isUnwanted = requireParentforSpans === true && parent === undefined;
    if (exchanges.has(request)) return;
    if (callHook('ignoreRequestHook', ignoreRequestHook, request) === true) return;
    const method = this.#known.nameOf(request.method);
    const self = this;
    const options: SpanOptions = {
      kind: SpanKind.CLIENT,
      get attributes() {
        return self.#attributes(request, method);
      },
    };
    const span = this.tracer.startSpan(
      spanNameOf(method),
      options,
      isUnwanted ? suppressTracing(context) : context,
    );
    exchanges.set(request, {
      span,
      context,
      method,
      startedAt: this.#measures().isOn() ? performance.now() : undefined,
      status: undefined,
      responseSize: undefined,
    });
    if (request.upgrade || request.method === 'CONNECT') this.#watchHandover(request);
    if (isUnwanted) return;
    // Of a request whose propagator threw.
    if (left.length > 0) left.length = 0;
    propagation.inject(setSpan(context, span), request, headerSetter);
    if (left.length > 0) replaceContinued(request, context);
    if (!Object.hasOwn(request, 'addHeader')) request.addHeader = addOtherHeader;
    if (requestHook !== undefined) callHook('requestHook', requestHook, span, request);
  }

  #attributes(request: UndiciRequest, method: string): Attributes {
    const url = urlOf(request);
    const query = redactQuery(url.search.slice(1), this.#redacted);
    const attributes: Attributes = {
      'http.request.method': method,
      'server.address': addressOf(url),
      'server.port': portOf(url),
      'url.full': redactUrl(url.href, this.#redacted),
      'url.path': url.pathname,
      'url.scheme': url.protocol.slice(0, -1),
    };
    if (query !== '') attributes['url.query'] = query;
    if (method === OTHER_METHOD) attributes['http.request.method_original'] = request.method;
    const agent = headerOf(request.headers, 'user-agent');
    if (agent !== undefined) attributes['user_agent.original'] = agent;
    for (const name of this.config.headersToSpanAttributes?.requestHeaders ?? []) {
      const value = headerOf(request.headers, name);
      if (value !== undefined) attributes[`http.request.header.${name.toLowerCase()}`] = [value];
    }
    return { ...attributes, ...callHook('startSpanHook', this.config.startSpanHook, request) };
  }

  #onSend({ request, socket }: Message): void {
    const span = exchanges.get(request)?.span;
    if (span === undefined || socket?.remoteAddress === undefined) return;
    span.setAttribute('network.peer.address', socket.remoteAddress);
    span.setAttribute('network.peer.port', socket.remotePort);
  }

  #onHeaders({ request, response }: Message): void {
    const exchange = exchanges.get(request);
    if (exchange === undefined || response === undefined) return;
    const { span } = exchange;
    const { statusCode } = response;
    exchange.status = statusCode;
    if (this.config.bodySizeMetrics === true)
      exchange.responseSize = contentLength(headerOf(response.headers, 'content-length'));
    if (!span.isRecording()) return;
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 400) {
      span.setAttribute('error.type', String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    for (const name of this.config.headersToSpanAttributes?.responseHeaders ?? []) {
      const value = headerOf(response.headers, name);
      if (value !== undefined) span.setAttribute(`http.response.header.${name.toLowerCase()}`, [value]);
    }
    callHook('responseHook', this.config.responseHook, span, { request, response });
  }

  /** The undici in Node tells on no channel of the answer after which the connection is another's: WebSocket, CONNECT. */
  #watchHandover(request: UndiciRequest & { [name in (typeof HANDOVERS)[number]]?: Handover }): void {
    for (const name of HANDOVERS) {
      const original = request[name];
      if (typeof original !== 'function') continue;
      request[name] = (status, headers, ...more) => {
        const returned = original.call(request, status, headers, ...more);
        try {
          const response = { statusCode: status!, headers: Array.isArray(headers) ? headers : [] };
          if (status !== null) this.#onHeaders({ request, response });
          this.#end(request);
        } catch (error) {
          diag.error('A connection that was handed over could not be described', error);
        }
        return returned;
      };
    }
  }

  #onError({ request, error }: Message): void {
    const span = exchanges.get(request)?.span;
    if (span === undefined) return;
    span.setAttribute('error.type', errorTypeOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? 'The request failed' });
    if (error !== undefined) span.recordException(error);
    this.#end(request, errorTypeOf(error));
  }

  #end(request: UndiciRequest, errorType?: string): void {
    const exchange = exchanges.get(request);
    if (exchange === undefined) return;
    exchanges.delete(request);
    if (exchange.startedAt !== undefined) this.#measure(request, exchange, exchange.startedAt, errorType);
    exchange.span.end();
  }

  #measure(request: UndiciRequest, exchange: Exchange, startedAt: number, errorType?: string): void {
    const { method, status, context, span, responseSize } = exchange;
    const url = request.path.startsWith('/') ? new URL(request.origin) : urlOf(request);
    const isFailure = status !== undefined && status >= 400;
    this.#measures().record(
      {
        method,
        address: addressOf(url),
        port: portOf(url),
        status,
        version: undefined,
        errorType: errorType ?? (isFailure ? String(status) : undefined),
        seconds: (performance.now() - startedAt) / 1000,
        requestSize:
          this.config.bodySizeMetrics === true
            ? contentLength(headerOf(request.headers, 'content-length') ?? request.contentLength)
            : undefined,
        responseSize,
      },
      setSpan(context, span),
    );
  }
}

/** What the caller set stays, but for what the new span continues. */
function replaceContinued(request: UndiciRequest, context: Context): void {
  const sent = propagation.extract(ROOT_CONTEXT, request, headerGetter);
  for (let index = 0; index < left.length; index += 2) {
    const key = left[index]!;
    if (mayReplace(key, sent, context)) replaceHeader(request, key, left[index + 1]!);
  }
}

function replaceHeader(request: { headers: UndiciRequest['headers'] }, name: string, value: string): void {
  const { headers } = request;
  const wanted = name.toLowerCase();
  if (typeof headers === 'string') {
    const isIt = (line: string) => line.toLowerCase().startsWith(`${wanted}:`);
    request.headers = headers
      .split('\r\n')
      .map((line) => (isIt(line) ? `${name}: ${value}` : line))
      .join('\r\n');
    return;
  }
  const at = headers.findIndex((each, index) => index % 2 === 0 && textOf(each).toLowerCase() === wanted);
  (headers as string[])[at + 1] = value;
}

/** What others add after us, less a second traceparent: New Relic's agent looks for none, and who is sent two takes neither. */
function addOtherHeader(this: UndiciRequest, name: string, value: string): unknown {
  if (/^traceparent$/i.test(name) && headerOf(this.headers, name) !== undefined) return this;
  return (Object.getPrototypeOf(this) as UndiciRequest).addHeader.call(this, name, value);
}

/** A path may begin with two slashes, which by themselves would be a host; a request to a proxy may have a whole URL there, and CONNECT has the host. */
function urlOf({ origin, path, method }: UndiciRequest): URL {
  if (method === 'CONNECT') {
    const target = `${new URL(origin).protocol}//${path}`;
    if (URL.canParse(target)) return new URL(target);
  }
  return path.startsWith('//') ? new URL(`${new URL(origin).origin}${path}`) : new URL(path, origin);
}

function addressOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** The value of a header in any of the forms that undici has had: a list of names and values, or the text of them all. */
function headerOf(
  headers: UndiciRequest['headers'] | readonly Uint8Array[],
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  if (typeof headers === 'string') {
    const line = headers.split('\r\n').find((each) => each.toLowerCase().startsWith(`${wanted}:`));
    return line?.slice(wanted.length + 1).trim();
  }
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (textOf(headers[index]).toLowerCase() === wanted) return textOf(headers[index + 1]);
  }
  return undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}
