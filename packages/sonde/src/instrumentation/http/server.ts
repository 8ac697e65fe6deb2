/**
 * Server spans and metrics. One span per request, from `server.emit('request')` to the response's `close`, which Node emits whether the
 * response was finished or the connection broke.
 *
 *   Server.prototype.emit          starts the span and runs the listener with it active
 *   IncomingMessage.prototype.emit ┐ later events come in the connection's context, not the request's: both enter it
 *   ServerResponse.prototype.emit  ┘ again, but only for events that somebody other than Node listens to
 *
 * No listener and no closure per request: the exchange is a property of the request and the response (bench/http).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { activeContext, enterForThisCall, runInContext } from '../../api/context/context-api.ts';
import { requestContext } from '../../api/context/request-context.ts';
import { getRPCMetadata, type RPCMetadata, RPCType } from '../../api/context/rpc-metadata.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapGetter } from '../../api/propagation/text-map.ts';
import type { StartedSpan } from '../../api/trace/span.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { serverFailureOf } from '../shared/error-type.ts';
import { callHook } from '../shared/hook.ts';
import { contentLength, startTicksOf, ticksSince } from '../shared/http-duration.ts';
import { spanNameOf } from '../shared/http-method.ts';
import { captureHeaders } from './captured-headers.ts';
import {
  type Emit,
  EXCHANGE,
  type Exchange,
  type Exchanged,
  HEARD,
  heardBy,
  listenersOf,
  needsContext,
  patchEmit,
  UNHEARD,
  type WithEvents,
} from './emitter.ts';
import type { HttpHome } from './home.ts';
import { isNamedLate, timeOf, whenNamed, writtenRoute } from './late-route.ts';
import type { ResolvedHttpConfig } from './options.ts';
import { ServerSpanOptions } from './server-attributes.ts';
import { connectionOf, isSecureOf } from './server-connection.ts';
import type { ServerSeries } from './server-metrics.ts';

/** One request in hand. */
class ServerExchange implements Exchange {
  readonly span: StartedSpan;
  readonly context: Context;
  readonly metadata: RPCMetadata;
  readonly method: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly home: HttpHome;
  readonly ownEnd: unknown;
  readonly ownFinish: unknown;
  /** What the response says last: Node's own say `close`, those that an adapter has put together end with `finish`. */
  readonly lastEvent: 'close' | 'finish';
  isOver: boolean;
  /** Undefined where the span knows, and where nobody collects metrics. */
  startedAt: number | undefined;
  series: ServerSeries | undefined;
  received: number;
  readonly countsBody: boolean;

  constructor(
    span: StartedSpan,
    context: Context,
    metadata: RPCMetadata,
    method: string,
    request: Message<IncomingMessage>,
    response: Message<ServerResponse>,
    home: HttpHome,
  ) {
    this.span = span;
    this.context = context;
    this.metadata = metadata;
    this.method = method;
    this.request = request;
    this.response = response;
    this.home = home;
    this.ownEnd = listenersOf(request, 'end');
    this.ownFinish = listenersOf(response, 'finish');
    this.lastEvent = this.ownFinish === undefined ? 'finish' : 'close';
    this.isOver = false;
    this.startedAt = undefined;
    this.series = undefined;
    this.received = 0;
    this.countsBody = home.config.bodySizeMetrics === true;
  }

  onMessageEvent(): void {}

  /** The connection is gone. */
  onConnectionClose(): void {
    if (!this.isOver) finish(this);
  }
}

type Message<M> = M & Exchanged<ServerExchange> & WithEvents;

/** Node's own headers are lower-case already and joined where they may be. */
const headerGetter: TextMapGetter<IncomingMessage['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, key) => headers[key],
};

/**
 * Patches the prototype of a server class. Below `net.Server` stand those of http and https, and servers that speak
 * neither: what they emit carries no response of node:http. Returns what undoes it.
 */
export function patchServer(
  prototype: object,
  responseClass: abstract new () => ServerResponse,
  home: HttpHome,
): () => void {
  return patchEmit(
    prototype,
    ({ original }): Emit =>
      function (this: Server, event: string | symbol, request?: unknown, response?: unknown): boolean {
        if (event !== 'request' && event !== 'checkContinue' && event !== 'checkExpectation') {
          if (event === 'upgrade' || event === 'connect') watchTakenOver(response);
          return original.apply(this, arguments as never);
        }
        if (!(response instanceof responseClass)) return original.apply(this, arguments as never);
        const context = contextFor(request as IncomingMessage, response, home);
        if (context === undefined) return original.apply(this, arguments as never);
        if (isFromParser(this, request as IncomingMessage) && enterForThisCall(context))
          return original.apply(this, arguments as never);
        const more =
          arguments.length > 3 ? (furtherThanThree.apply(undefined, arguments as never) as []) : NONE;
        return runInContext(context, serve, { emit: original, server: this, event, request, response, more });
      },
  );
}

/**
 * Whether it is Node's parser that emits the request, and not somebody who hands it on. Then the emit is the last thing
 * in its call: nobody is left to see that the context is still active, and it need not be left (0.3 us of 3.0 on Node 26).
 */
function isFromParser(server: Server, request: IncomingMessage): boolean {
  const { parser, server: owner } = (request.socket ?? {}) as ParsedSocket;
  return owner === server && parser?.incoming === request && !request.complete;
}

/** Node lets go of a connection that is upgraded, also of a response on it that is not over: that says nothing more. */
function watchTakenOver(socket: unknown): void {
  const response = (socket as { readonly _httpMessage?: Exchanged<ServerExchange> } | undefined)
    ?._httpMessage;
  const exchange = response?.[EXCHANGE];
  if (exchange !== undefined && !exchange.isOver)
    connectionOf(socket as Socket).watch(socket as Socket, exchange);
}

/** What Node keeps on the socket of a server's connection. */
interface ParsedSocket {
  readonly server?: unknown;
  readonly parser?: { readonly incoming?: unknown } | null;
}

interface Service {
  readonly emit: Emit;
  readonly server: Server;
  readonly event: string;
  readonly request: unknown;
  readonly response: unknown;
  readonly more: readonly unknown[];
}

const NONE: readonly unknown[] = [];

function furtherThanThree(...args: unknown[]): unknown[] {
  return args.slice(3);
}

function serve({ emit, server, event, request, response, more }: Service): boolean {
  return more.length === 0
    ? emit.call(server, event, request, response)
    : emit.call(server, event, request, response, ...more);
}

/** Patches the responses, whose later events find the exchange that the server left. */
export function patchServerResponse(responseClass: { readonly prototype: ServerResponse }): () => void {
  return patchEmit(responseClass.prototype, ({ original, inContext, mayLeaveOut }): Emit => {
    const lastInContext = thenFinish(inContext);
    return function (this: Message<ServerResponse>, event: string | symbol): boolean {
      const exchange = this[EXCHANGE];
      if (exchange === undefined) return original.apply(this, arguments as never);
      const heard = heardBy(this, event, event === 'finish' ? exchange.ownFinish : undefined);
      if ((event === 'close' || event === exchange.lastEvent) && !exchange.isOver) {
        if (heard === HEARD) return lastInContext.apply(this, arguments as never);
        finish(exchange);
      }
      if (needsContext(heard, exchange.context)) return inContext.apply(this, arguments as never);
      return heard === UNHEARD && mayLeaveOut ? false : original.apply(this, arguments as never);
    };
  });
}

/** The span ends after the listeners of the last event, also when one of them throws. */
function thenFinish(emit: Emit): Emit {
  return function (this: Message<ServerResponse>, ...args): boolean {
    const exchange = this[EXCHANGE]!;
    try {
      return emit.apply(this, args);
    } finally {
      if (!exchange.isOver) finish(exchange);
    }
  };
}

function contextFor(
  request: Message<IncomingMessage>,
  response: Message<ServerResponse>,
  home: HttpHome,
): Context | undefined {
  try {
    return home.isOn ? begin(request, response, home, home.config) : undefined;
  } catch (error) {
    diag.error('A request could not be instrumented; it is served without a span', error);
    return undefined;
  }
}

/** The context to serve the request in; undefined leaves it alone. */
function begin(
  request: Message<IncomingMessage>,
  response: Message<ServerResponse>,
  home: HttpHome,
  config: ResolvedHttpConfig,
): Context | undefined {
  // `checkContinue` is followed by no second event, but another server class may emit the same request again.
  if (config.disableIncomingRequestInstrumentation === true || request[EXCHANGE] !== undefined)
    return undefined;
  const active = activeContext();
  if (isInstrumentedAlready(active)) return undefined;
  if (
    config.ignoreIncomingRequestHook !== undefined &&
    callHook('ignoreIncomingRequestHook', config.ignoreIncomingRequestHook, request) === true
  ) {
    return suppressTracing(active);
  }
  const extracted = propagation.extract(ROOT_CONTEXT, request.headers, headerGetter);
  const isUnwanted = config.requireParentforIncomingSpans === true && getSpan(extracted) === undefined;
  const parent = isUnwanted ? suppressTracing(extracted) : extracted;
  const method = config.knownMethods.nameOf(request.method);
  const options = new ServerSpanOptions(request, method, config);
  const span = home.tracer.startSpan(spanNameOf(method), options, parent);
  const metadata = new ServerMetadata(span);
  const context = requestContext(parent, span, metadata);
  const exchange = new ServerExchange(span, context, metadata, method, request, response, home);
  request[EXCHANGE] = exchange;
  response[EXCHANGE] = exchange;
  // Pipelined: it waits for its turn, and says nothing when the connection breaks before that.
  if (response.socket === null && exchange.ownFinish !== undefined)
    connectionOf(request.socket).watch(request.socket, exchange);
  if (home.serverMetrics.isOn()) startMeasuring(exchange, options.isSecure ?? isSecureOf(request), home);
  if (config.requestHook !== undefined) callHook('requestHook', config.requestHook, span, request);
  return context;
}

function startMeasuring(exchange: ServerExchange, isSecure: boolean, home: HttpHome): void {
  const { method, request, span } = exchange;
  const series = home.serverMetrics.seriesOf(method, isSecure, request.httpVersion);
  exchange.series = series;
  if (startTicksOf(span) === undefined) exchange.startedAt = performance.now();
  series.active.add(1, exchange.context);
}

/** Our own, told from those of others by its class. */
class ServerMetadata implements RPCMetadata {
  type: RPCType = RPCType.HTTP;
  /** Empty until a router writes it; here from the start, so that the write doesn't change the object's shape. */
  route = '';
  span: StartedSpan;

  constructor(span: StartedSpan) {
    this.span = span;
  }
}

/**
 * Another instrumentation that stands before us has put the request into the context. Metadata of our own are those of
 * an earlier request, inside which this server was started or its connection made.
 */
function isInstrumentedAlready(context: Context): boolean {
  const metadata = getRPCMetadata(context);
  return (
    metadata !== undefined &&
    !(metadata instanceof ServerMetadata) &&
    metadata.type === RPCType.HTTP &&
    metadata.span === getSpan(context) &&
    metadata.span.isRecording()
  );
}

function finish(exchange: ServerExchange): void {
  exchange.isOver = true;
  if (!isNamedLate(exchange.request)) {
    complete(exchange, undefined);
    return;
  }
  const endedAt = performance.now();
  whenNamed(() => complete(exchange, endedAt));
}

/** @param endedAt by performance.now(), where that is not now */
function complete(exchange: ServerExchange, endedAt: number | undefined): void {
  const { span, metadata, method, series } = exchange;
  let isRecording = false;
  let route: string | undefined;
  try {
    isRecording = span.isRecording();
    if (isRoute(metadata.route)) route = metadata.route;
    if (isRecording) describe(exchange, route, exchange.home.config);
    if (route !== undefined) span.updateName(`${spanNameOf(method)} ${route}`);
  } catch (error) {
    diag.error('A server span is incomplete', error);
  }
  span.end(endedAt === undefined ? undefined : timeOf(endedAt, span));
  if (series === undefined) return;
  try {
    const late = endedAt === undefined ? undefined : writtenRoute(span);
    measure(exchange, series, isRoute(late) ? late : route, isRecording, endedAt);
  } catch (error) {
    diag.error('The metrics of a request are incomplete', error);
  }
}

/** After the span has ended, whose reading of the clock it takes. */
function measure(
  exchange: ServerExchange,
  series: ServerSeries,
  route: string | undefined,
  endsWithSpan: boolean,
  endedAt: number | undefined,
): void {
  const { response, context, span } = exchange;
  const seconds = ticksSince(exchange.startedAt, span, endsWithSpan, endedAt) / 1000;
  series.active.add(-1, context);
  const status = response.headersSent ? response.statusCode : undefined;
  series.recordDuration(seconds, status, route, context);
  if (exchange.home.config.bodySizeMetrics === true) {
    const { request, received } = exchange;
    series.recordSizes(requestSizeOf(request, received), responseSizeOf(response), status, route, context);
  }
}

/** The announced length, or what arrived of a body without one. */
function requestSizeOf(request: IncomingMessage, received: number): number | undefined {
  const announced = contentLength(request.headers['content-length']);
  if (announced !== undefined) return announced;
  return request.headers['transfer-encoding'] === undefined ? 0 : received;
}

/** Known when the application or Node set it; a body written in pieces has none. */
function responseSizeOf(
  response: ServerResponse & { readonly _contentLength?: unknown },
): number | undefined {
  return contentLength(response.getHeader('content-length') ?? response._contentLength);
}

/** Routers write it, and not all of them check what they write. */
function isRoute(route: unknown): route is string {
  return typeof route === 'string' && route !== '';
}

function describe(exchange: ServerExchange, route: string | undefined, config: ResolvedHttpConfig): void {
  const { span, request, response } = exchange;
  if (route !== undefined) span.setAttribute('http.route', route);
  // A connection that broke before any answer has no status.
  const status = response.headersSent ? response.statusCode : undefined;
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  const failure = serverFailureOf(status);
  if (failure !== undefined) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  const captured = config.headersToSpanAttributes?.server?.responseHeaders;
  if (captured !== undefined) {
    const attributes = {};
    captureHeaders(attributes, 'response', captured, (name) => response.getHeader(name));
    span.setAttributes(attributes);
  }
  if (config.responseHook !== undefined) callHook('responseHook', config.responseHook, span, response);
  const custom = config.applyCustomAttributesOnSpan;
  if (custom !== undefined) callHook('applyCustomAttributesOnSpan', custom, span, request, response);
}
