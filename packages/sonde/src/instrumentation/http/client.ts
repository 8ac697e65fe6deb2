/**
 * Client spans: from the making of a ClientRequest to the end of its response. The trace context is written into the
 * headers before they are sent; a client span is a leaf and is not made active.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Context } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { isTracingSuppressed } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapSetter } from '../../api/propagation/text-map.ts';
import type { StartedSpan } from '../../api/trace/span.ts';
import { getSpan, setSpan } from '../../api/trace/span-in-context.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD, spanNameOf } from '../shared/http-method.ts';
import { captureHeaders } from './captured-headers.ts';
import { ClientSpanOptions, optionsOf } from './client-attributes.ts';
import { type Emit, emitIn, hasListeners } from './emitter.ts';
import type { ResolvedHttpConfig } from './options.ts';
import type { ServerHome } from './server.ts';

const STATE: unique symbol = Symbol('sonde.http.client');

/** One exchange in hand; a property of the request and, later, of its response. */
class ClientState {
  readonly span: StartedSpan;
  /** The context in which the request was made: its events belong there. */
  readonly context: Context;
  readonly request: ClientRequest;
  response: IncomingMessage | undefined = undefined;
  isOver = false;

  constructor(span: StartedSpan, context: Context, request: ClientRequest) {
    this.span = span;
    this.context = context;
    this.request = request;
  }
}

interface Stateful {
  [STATE]?: ClientState;
}

/** A header that the caller set is left alone. */
const headerSetter: TextMapSetter<ClientRequest> = {
  set: (request, key, value) => {
    if (!request.hasHeader(key)) request.setHeader(key, value);
  },
};

/** Makes the span of a new request and writes its context into the headers. Never throws. */
export function onClientRequest(request: ClientRequest, home: ServerHome): void {
  try {
    begin(request, home, home.config());
  } catch (error) {
    diag.error('An outgoing request could not be instrumented; it is sent without a span', error);
  }
}

function begin(request: ClientRequest & Stateful, home: ServerHome, config: ResolvedHttpConfig): void {
  if (config.disableOutgoingRequestInstrumentation === true || request[STATE] !== undefined) return;
  const context = activeContext();
  if (isTracingSuppressed(context) || isInstrumentedAlready(request, context)) return;
  const { ignoreOutgoingRequestHook: ignore } = config;
  if (ignore !== undefined && callHook('ignoreOutgoingRequestHook', ignore, optionsOf(request)) === true)
    return;
  if (config.requireParentforOutgoingSpans === true && getSpan(context) === undefined) return;
  const method = config.knownMethods.has(request.method) ? request.method : OTHER_METHOD;
  const options = new ClientSpanOptions(request, method, config);
  const span = home.tracer().startSpan(spanNameOf(method), options, context);
  request[STATE] = new ClientState(span, context, request);
  // With headers given as an array Node has sent them by now; nothing can be added then.
  if (!request.headersSent) propagation.inject(setSpan(context, span), request, headerSetter);
  if (config.requestHook !== undefined) callHook('requestHook', config.requestHook, span, request);
}

/** Another instrumentation that stands before us has made the active span and written its id into the headers. */
function isInstrumentedAlready(request: ClientRequest, context: Context): boolean {
  const header = request.getHeader('traceparent');
  const span = typeof header === 'string' ? getSpan(context) : undefined;
  return span !== undefined && (header as string).includes(span.spanContext().spanId);
}

/** Patches the events of requests and their responses. Returns what undoes it. */
export function patchClientMessages(
  requestClass: { readonly prototype: ClientRequest },
  responseClass: { readonly prototype: IncomingMessage },
  home: ServerHome,
): () => void {
  const undo = [
    observe(requestClass.prototype, (state, event, args) => onRequestEvent(state, event, args, home)),
    observe(responseClass.prototype, (state, event) => onResponseEvent(state, event, home)),
  ];
  return () => {
    for (const each of undo) each();
  };
}

/** Shows each event of an exchange to `see`, then emits it in the context of the request. */
function observe(
  prototype: object,
  see: (state: ClientState, event: string | symbol, args: ArrayLike<unknown>) => void,
): () => void {
  const target = prototype as { emit: Emit };
  const original = target.emit;
  const patched: Emit = function (this: ClientRequest & Stateful, event: string | symbol): boolean {
    const state = this[STATE];
    if (state === undefined) return original.apply(this, arguments as never);
    if (!state.isOver) see(state, event, arguments);
    if (!hasListeners(this, event, 0)) return original.apply(this, arguments as never);
    return emitIn(state.context, original, this, arguments);
  };
  target.emit = patched;
  return () => {
    if (target.emit === patched) target.emit = original;
  };
}

function onRequestEvent(
  state: ClientState,
  event: string | symbol,
  args: ArrayLike<unknown>,
  home: ServerHome,
): void {
  if (event === 'response' || event === 'upgrade' || event === 'connect') {
    const response = args[1] as IncomingMessage & Stateful;
    state.response = response;
    response[STATE] = state;
    // The connection is the caller's from here on: for us the exchange is over.
    if (event !== 'response') finish(state, undefined, home.config());
  } else if (event === 'error') {
    finish(state, args[1], home.config());
  } else if (event === 'close' && state.response === undefined) {
    finish(state, new Error('The connection was closed before an answer'), home.config());
  }
}

function onResponseEvent(state: ClientState, event: string | symbol, home: ServerHome): void {
  if (event === 'end') finish(state, undefined, home.config());
  else if (event === 'close') {
    const isWhole = state.response?.complete === true;
    finish(state, isWhole ? undefined : new Error('The answer broke off'), home.config());
  }
}

function finish(state: ClientState, error: unknown, config: ResolvedHttpConfig): void {
  state.isOver = true;
  const { span } = state;
  try {
    if (span.isRecording()) describe(state, error, config);
  } catch (thrown) {
    diag.error('A client span is incomplete', thrown);
  }
  span.end();
}

function describe(state: ClientState, error: unknown, config: ResolvedHttpConfig): void {
  const { span, request, response } = state;
  if (response !== undefined) describeResponse(span, response, config);
  if (error !== undefined) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    span.setAttribute('error.type', code ?? name ?? '_OTHER');
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.recordException(error);
  }
  const custom = config.applyCustomAttributesOnSpan;
  if (custom !== undefined && response !== undefined) {
    callHook('applyCustomAttributesOnSpan', custom, span, request, response);
  }
}

function describeResponse(span: StartedSpan, response: IncomingMessage, config: ResolvedHttpConfig): void {
  const status = response.statusCode ?? 0;
  span.setAttribute('http.response.status_code', status);
  span.setAttribute('network.protocol.version', response.httpVersion);
  const { remoteAddress, remotePort } = response.socket ?? {};
  if (remoteAddress !== undefined) {
    span.setAttribute('network.peer.address', remoteAddress);
    span.setAttribute('network.peer.port', remotePort);
  }
  if (status >= 400) {
    span.setAttribute('error.type', String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  const captured = config.headersToSpanAttributes?.client?.responseHeaders;
  if (captured !== undefined) {
    const attributes = {};
    captureHeaders(attributes, 'response', captured, (name) => response.headers[name]);
    span.setAttributes(attributes);
  }
  if (config.responseHook !== undefined) callHook('responseHook', config.responseHook, span, response);
}
