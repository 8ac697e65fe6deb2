/**
 * Server spans. One per request, from `server.emit('request')` to the response's `close`, which Node emits whether the
 * response was finished or the connection broke.
 *
 *   Server.prototype.emit          starts the span and runs the listener with it active
 *   IncomingMessage.prototype.emit ┐ later events come in the connection's context, not the request's: both enter it
 *   ServerResponse.prototype.emit  ┘ again, but only for events that somebody other than Node listens to
 *
 * No listener and no closure per request: the state is a property of the request and the response (bench/http).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { activeContext, runInContext } from '../../api/context/context-api.ts';
import { getRPCMetadata, type RPCMetadata, RPCType, setRPCMetadata } from '../../api/context/rpc-metadata.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapGetter } from '../../api/propagation/text-map.ts';
import type { StartedSpan } from '../../api/trace/span.ts';
import { getSpan, setSpan } from '../../api/trace/span-in-context.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import type { Tracer } from '../../api/trace/tracer.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD, spanNameOf } from '../shared/http-method.ts';
import { captureHeaders } from './captured-headers.ts';
import { contextual, type Emit, emitIn, hasListeners } from './emitter.ts';
import type { ResolvedHttpConfig } from './options.ts';
import { ServerSpanOptions } from './server-attributes.ts';

const STATE: unique symbol = Symbol('sonde.http.server');

/** One request in hand. */
class ServerState {
  readonly span: StartedSpan;
  readonly context: Context;
  readonly metadata: RPCMetadata;
  readonly method: string;
  readonly request: IncomingMessage;
  isOver = false;

  constructor(
    span: StartedSpan,
    context: Context,
    metadata: RPCMetadata,
    method: string,
    request: IncomingMessage,
  ) {
    this.span = span;
    this.context = context;
    this.metadata = metadata;
    this.method = method;
    this.request = request;
  }
}

interface Stateful {
  [STATE]?: ServerState;
}

/** What the patches ask at each request, so that a change of configuration counts at once. */
export interface ServerHome {
  tracer(): Tracer;
  config(): ResolvedHttpConfig;
}

/** Node's own headers are lower-case already and joined where they may be. */
const headerGetter: TextMapGetter<IncomingMessage['headers']> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, key) => headers[key],
};

/** The events with which a server hands over a request. */
const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** Patches a server class. Returns what undoes it. */
export function patchServer(serverClass: { readonly prototype: Server }, home: ServerHome): () => void {
  const prototype = serverClass.prototype as unknown as { emit: Emit };
  const original = prototype.emit;
  const patched: Emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (!REQUEST_EVENTS.has(event)) return original.apply(this, arguments as never);
    return onRequest(this, original, event, args, home);
  };
  prototype.emit = patched;
  return () => {
    if (prototype.emit === patched) prototype.emit = original;
  };
}

/** Patches the two messages of an exchange, whose later events find the state that onRequest left. */
export function patchServerMessages(
  requestClass: { readonly prototype: IncomingMessage },
  responseClass: { readonly prototype: ServerResponse },
  home: ServerHome,
): () => void {
  const undoRequest = contextual(requestClass.prototype, (request: Stateful) => request[STATE]?.context);
  const response = responseClass.prototype as unknown as { emit: Emit };
  const original = response.emit;
  const patched: Emit = function (this: ServerResponse & Stateful, event: string | symbol): boolean {
    const state = this[STATE];
    if (state === undefined) return original.apply(this, arguments as never);
    // Node itself has one listener for `finish`, which needs no context.
    const isHeard = hasListeners(this, event, event === 'finish' ? 1 : 0);
    try {
      return isHeard
        ? emitIn(state.context, original, this, arguments)
        : original.apply(this, arguments as never);
    } finally {
      if (event === 'close' && !state.isOver) finish(state, this, home.config());
    }
  };
  response.emit = patched;
  return () => {
    undoRequest();
    if (response.emit === patched) response.emit = original;
  };
}

function onRequest(
  server: Server,
  original: Emit,
  event: string | symbol,
  args: unknown[],
  home: ServerHome,
): boolean {
  const [request, response] = args as [IncomingMessage & Stateful, ServerResponse & Stateful];
  const config = home.config();
  let context: Context | undefined;
  try {
    context = begin(request, response, home, config);
  } catch (error) {
    diag.error('A request could not be instrumented; it is served without a span', error);
  }
  if (context === undefined) return original.apply(server, [event, ...args] as never);
  return emitIn(context, original, server, [event, ...args]);
}

/** The context to serve the request in; undefined leaves it alone. */
function begin(
  request: IncomingMessage & Stateful,
  response: ServerResponse & Stateful,
  home: ServerHome,
  config: ResolvedHttpConfig,
): Context | undefined {
  // `checkContinue` is followed by no second event, but another server class may emit the same request again.
  if (config.disableIncomingRequestInstrumentation === true || request[STATE] !== undefined) return undefined;
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
  const span = home.tracer().startSpan(spanNameOf(method), options, parent);
  const metadata: RPCMetadata = { type: RPCType.HTTP, span };
  const context = setRPCMetadata(setSpan(parent, span), metadata);
  const state = new ServerState(span, context, metadata, method, request);
  request[STATE] = state;
  response[STATE] = state;
  if (config.requestHook !== undefined) callHook('requestHook', config.requestHook, span, request);
  return context;
}

/** Another instrumentation, or another copy of this one, that stands before us has put the request into the context. */
function isInstrumentedAlready(context: Context): boolean {
  const metadata = getRPCMetadata(context);
  return metadata !== undefined && metadata.type === RPCType.HTTP && metadata.span === getSpan(context);
}

function finish(state: ServerState, response: ServerResponse, config: ResolvedHttpConfig): void {
  state.isOver = true;
  const { span, metadata, method } = state;
  try {
    if (span.isRecording()) describe(state, response, config);
    const { route } = metadata;
    if (typeof route === 'string' && route !== '') span.updateName(`${spanNameOf(method)} ${route}`);
  } catch (error) {
    diag.error('A server span is incomplete', error);
  }
  runInContext(state.context, () => span.end(), undefined);
}

function describe(state: ServerState, response: ServerResponse, config: ResolvedHttpConfig): void {
  const { span, metadata } = state;
  const { route } = metadata;
  if (typeof route === 'string' && route !== '') span.setAttribute('http.route', route);
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
  if (custom !== undefined) callHook('applyCustomAttributesOnSpan', custom, span, state.request, response);
}
