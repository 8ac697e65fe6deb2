/**
 * Server spans. One per request, from `server.emit('request')` to the response's `close`, which Node emits whether the
 * response was finished or the connection broke.
 *
 *   Server.prototype.emit          starts the span and runs the listener with it active
 *   IncomingMessage.prototype.emit ┐ later events come in the connection's context, not the request's: both enter it
 *   ServerResponse.prototype.emit  ┘ again, but only for events that somebody other than Node listens to
 *
 * No listener and no closure per request: the exchange is a property of the request and the response (bench/http).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { requestContext } from '../../api/context/request-context.ts';
import { getRPCMetadata, type RPCMetadata, RPCType } from '../../api/context/rpc-metadata.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapGetter } from '../../api/propagation/text-map.ts';
import type { StartedSpan } from '../../api/trace/span.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import type { Tracer } from '../../api/trace/tracer.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD, spanNameOf } from '../shared/http-method.ts';
import { captureHeaders } from './captured-headers.ts';
import {
  type Emit,
  EXCHANGE,
  type Exchange,
  type Exchanged,
  emitIn,
  isHeard,
  listenersOf,
  patchEmit,
  type WithEvents,
} from './emitter.ts';
import type { ResolvedHttpConfig } from './options.ts';
import { ServerSpanOptions } from './server-attributes.ts';

/** What the patches look at for each request, so that a change counts at once. */
export interface HttpHome {
  /** False after disable(): a patch that somebody else has patched over cannot be taken away. */
  isOn: boolean;
  tracer: Tracer;
  config: ResolvedHttpConfig;
}

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
  isOver: boolean;

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
    this.isOver = false;
  }

  onMessageEvent(event: 'end' | 'close' | 'aborted'): void {
    // A pipelined response that still waits for its turn when the connection breaks never says `close`.
    if (event === 'aborted' && !this.isOver && this.response.socket === null) finish(this);
  }
}

type Message<M> = M & Exchanged<ServerExchange> & WithEvents;

/** Node's own headers are lower-case already and joined where they may be. */
const headerGetter: TextMapGetter<IncomingMessage['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, key) => headers[key],
};

/** Patches a server class. Returns what undoes it. */
export function patchServer(serverClass: { readonly prototype: Server }, home: HttpHome): () => void {
  return patchEmit(
    serverClass.prototype,
    (original): Emit =>
      function (this: Server, event: string | symbol, request?: unknown, response?: unknown): boolean {
        if (event !== 'request' && event !== 'checkContinue' && event !== 'checkExpectation')
          return original.apply(this, arguments as never);
        const context = contextFor(request as IncomingMessage, response as ServerResponse, home);
        if (context === undefined) return original.apply(this, arguments as never);
        return emitIn(context, original, this, arguments);
      },
  );
}

/** Patches the responses, whose later events find the exchange that the server left. */
export function patchServerResponse(responseClass: { readonly prototype: ServerResponse }): () => void {
  return patchEmit(
    responseClass.prototype,
    (original): Emit =>
      function (this: Message<ServerResponse>, event: string | symbol): boolean {
        const exchange = this[EXCHANGE];
        if (exchange === undefined) return original.apply(this, arguments as never);
        const own = event === 'finish' ? exchange.ownFinish : undefined;
        const inContext = isHeard(this, event, own);
        if (event === 'close' && !exchange.isOver)
          return emitLast(exchange, inContext, original, this, arguments);
        return inContext
          ? emitIn(exchange.context, original, this, arguments)
          : original.apply(this, arguments as never);
      },
  );
}

/** The span ends after the listeners of `close`, also when one of them throws. */
function emitLast(
  exchange: ServerExchange,
  inContext: boolean,
  emit: Emit,
  response: ServerResponse,
  args: ArrayLike<unknown>,
): boolean {
  if (!inContext) {
    finish(exchange);
    return emit.apply(response, args as never);
  }
  try {
    return emitIn(exchange.context, emit, response, args);
  } finally {
    if (!exchange.isOver) finish(exchange);
  }
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
  if (callHook('ignoreIncomingRequestHook', config.ignoreIncomingRequestHook, request) === true) {
    return suppressTracing(active);
  }
  const parent = propagation.extract(ROOT_CONTEXT, request.headers, headerGetter);
  if (config.requireParentforIncomingSpans === true && getSpan(parent) === undefined)
    return suppressTracing(parent);
  const method = config.knownMethods.has(request.method ?? '') ? (request.method as string) : OTHER_METHOD;
  const options = new ServerSpanOptions(request, method, config);
  const span = home.tracer.startSpan(spanNameOf(method), options, parent);
  const metadata = new ServerMetadata(span);
  const context = requestContext(parent, span, metadata);
  const exchange = new ServerExchange(span, context, metadata, method, request, response, home);
  request[EXCHANGE] = exchange;
  response[EXCHANGE] = exchange;
  if (config.requestHook !== undefined) callHook('requestHook', config.requestHook, span, request);
  return context;
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
  const { span, metadata, method } = exchange;
  try {
    const { route } = metadata;
    if (span.isRecording()) describe(exchange, route, exchange.home.config);
    if (isRoute(route)) span.updateName(`${spanNameOf(method)} ${route}`);
  } catch (error) {
    diag.error('A server span is incomplete', error);
  }
  span.end();
}

/** Routers write it, and not all of them check what they write. */
function isRoute(route: unknown): route is string {
  return typeof route === 'string' && route !== '';
}

function describe(exchange: ServerExchange, route: string | undefined, config: ResolvedHttpConfig): void {
  const { span, request, response } = exchange;
  if (isRoute(route)) span.setAttribute('http.route', route);
  // A connection that broke before any answer has no status.
  if (response.headersSent) {
    const status = response.statusCode;
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) {
      span.setAttribute('error.type', String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
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
