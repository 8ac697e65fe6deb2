/**
 * Client spans: from the making of a ClientRequest to the end of its response. The trace context is written into the
 * headers before they are sent; a client span is a leaf and is not made active.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { isTracingSuppressed, suppressTracing } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import type { TextMapGetter, TextMapSetter } from '../../api/propagation/text-map.ts';
import type { StartedSpan } from '../../api/trace/span.ts';
import { getSpan, setSpan } from '../../api/trace/span-in-context.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { errorTypeOf } from '../shared/error-type.ts';
import { callHook } from '../shared/hook.ts';
import { contentLength } from '../shared/http-duration.ts';
import { spanNameOf } from '../shared/http-method.ts';
import { mayReplace } from '../shared/passed-on.ts';
import { captureHeaders } from './captured-headers.ts';
import { ClientSpanOptions, optionsOf, targetOf } from './client-attributes.ts';
import {
  type Emit,
  EXCHANGE,
  type Exchange,
  type Exchanged,
  heardBy,
  listenersOf,
  needsContext,
  patchEmit,
  UNHEARD,
  type WithEvents,
} from './emitter.ts';
import type { HttpHome } from './home.ts';
import { replaceRequestHeader, requestHeader, setRequestHeader } from './late-header.ts';
import type { ResolvedHttpConfig } from './options.ts';

/** `startedAt` where nobody collects metrics. */
const NOT_MEASURED = -1;

/** One exchange in hand; a property of the request and, later, of its response. */
class ClientExchange implements Exchange {
  readonly span: StartedSpan;
  /** The context in which the request was made: its events belong there. */
  readonly context: Context;
  readonly request: ClientRequest;
  readonly home: HttpHome;
  readonly method: string;
  readonly countsBody: boolean;
  response: IncomingMessage | undefined;
  ownEnd: unknown;
  received: number;
  isOver: boolean;
  /** By performance.now(), when metrics are collected. */
  startedAt: number;

  constructor(span: StartedSpan, context: Context, method: string, request: ClientRequest, home: HttpHome) {
    this.span = span;
    this.context = context;
    this.request = request;
    this.home = home;
    this.method = method;
    this.countsBody = home.config.bodySizeMetrics === true;
    this.response = undefined;
    this.ownEnd = undefined;
    this.received = 0;
    this.isOver = false;
    this.startedAt = NOT_MEASURED;
  }

  onMessageEvent(event: 'end' | 'close' | 'aborted'): void {
    if (this.isOver || event === 'aborted') return;
    finish(this, event === 'end' || this.response?.complete === true ? undefined : breakOf(this.response));
  }
}

/** Why an answer broke off. Node keeps the error from a response that nobody listens to. */
function breakOf(response: IncomingMessage | undefined): Error {
  return response?.errored ?? Object.assign(new Error('The answer broke off'), { code: 'ECONNRESET' });
}

type Message<M> = M & Exchanged<ClientExchange> & WithEvents;

/** What the caller had set of that which was to be injected last, names and values in turn. */
const left: string[] = [];

const headerSetter: TextMapSetter<ClientRequest> = {
  set: (request, key, value) => {
    if (!setRequestHeader(request, key, value)) left.push(key, value);
  },
};
const headerGetter: TextMapGetter<ClientRequest> = {
  keys: (request) => request.getHeaderNames(),
  get: requestHeader,
};

/** Makes the span of a new request and writes its context into the headers. Never throws. */
export function onClientRequest(request: ClientRequest, home: HttpHome): void {
  try {
    if (home.isOn) begin(request, home, home.config);
  } catch (error) {
    diag.error('An outgoing request could not be instrumented; it is sent without a span', error);
  }
}

function begin(request: Message<ClientRequest>, home: HttpHome, config: ResolvedHttpConfig): void {
  if (config.disableOutgoingRequestInstrumentation === true || request[EXCHANGE] !== undefined) return;
  const context = activeContext();
  if (isTracingSuppressed(context) || isInstrumentedAlready(request, context)) return;
  const { ignoreOutgoingRequestHook: ignore } = config;
  if (ignore !== undefined && callHook('ignoreOutgoingRequestHook', ignore, optionsOf(request)) === true)
    return;
  const isUnwanted = config.requireParentforOutgoingSpans === true && getSpan(context) === undefined;
  const method = config.knownMethods.nameOf(request.method);
  const options = new ClientSpanOptions(request, method, config);
  const span = home.tracer.startSpan(
    spanNameOf(method),
    options,
    isUnwanted ? suppressTracing(context) : context,
  );
  const exchange = new ClientExchange(span, context, method, request, home);
  request[EXCHANGE] = exchange;
  if (home.clientMetrics.isOn()) exchange.startedAt = performance.now();
  if (isUnwanted) return;
  // Of a request whose propagator threw.
  if (left.length > 0) left.length = 0;
  propagation.inject(setSpan(context, span), request, headerSetter);
  if (left.length > 0) replaceContinued(request, context);
  if (config.requestHook !== undefined) callHook('requestHook', config.requestHook, span, request);
}

/** What the caller set stays, but for what the new span continues. */
function replaceContinued(request: ClientRequest, context: Context): void {
  const sent = propagation.extract(ROOT_CONTEXT, request, headerGetter);
  for (let index = 0; index < left.length; index += 2) {
    const key = left[index]!;
    if (mayReplace(key, sent, context)) replaceRequestHeader(request, key, left[index + 1]!);
  }
}

/**
 * Another instrumentation that stands before us has made the active span and written its id into the headers. Where the span
 * shows its kind and that is another one, it was the program that wrote the id.
 */
function isInstrumentedAlready(request: ClientRequest, context: Context): boolean {
  const header = requestHeader(request, 'traceparent');
  const span = header === undefined ? undefined : getSpan(context);
  if (span === undefined || !header!.includes(span.spanContext().spanId)) return false;
  const { kind } = span as { readonly kind?: SpanKind };
  return kind === undefined || kind === SpanKind.CLIENT;
}

/** Patches the events of requests; those of their responses come through patchIncomingMessage. Returns what undoes it. */
export function patchClientRequest(requestClass: { readonly prototype: ClientRequest }): () => void {
  return patchEmit(
    requestClass.prototype,
    ({ original, inContext, mayLeaveOut }): Emit =>
      function (this: Message<ClientRequest>, event: string | symbol, first?: unknown): boolean {
        const exchange = this[EXCHANGE];
        if (exchange === undefined) return original.apply(this, arguments as never);
        if (!exchange.isOver) onRequestEvent(exchange, event, first);
        const heard = heardBy(this, event, undefined);
        if (needsContext(heard, exchange.context)) return inContext.apply(this, arguments as never);
        return heard === UNHEARD && mayLeaveOut ? false : original.apply(this, arguments as never);
      },
  );
}

function onRequestEvent(exchange: ClientExchange, event: string | symbol, first: unknown): void {
  if (event === 'response' || event === 'upgrade' || event === 'connect') {
    const response = first as Message<IncomingMessage>;
    exchange.response = response;
    exchange.ownEnd = listenersOf(response, 'end');
    response[EXCHANGE] = exchange;
    // The connection is the caller's from here on: for us the exchange is over.
    if (event !== 'response') finish(exchange, undefined);
  } else if (event === 'error') {
    finish(exchange, first);
  } else if (event === 'close' && exchange.response === undefined) {
    finish(exchange, new Error('The connection was closed before an answer'));
  }
}

function finish(exchange: ClientExchange, error: unknown): void {
  exchange.isOver = true;
  const { span } = exchange;
  try {
    if (exchange.startedAt !== NOT_MEASURED) measure(exchange, error);
    if (span.isRecording()) describe(exchange, error, exchange.home.config);
  } catch (thrown) {
    diag.error('A client span is incomplete', thrown);
  }
  span.end();
}

function measure(exchange: ClientExchange, error: unknown): void {
  const { request, response, method, home, context, span, received } = exchange;
  const { address, port } = targetOf(request);
  const status = response?.statusCode;
  const isFailure = status !== undefined && status >= 400;
  const sizes = home.config.bodySizeMetrics === true;
  home.clientMetrics.record(
    {
      method,
      address,
      port,
      status,
      version: response?.httpVersion,
      errorType: error !== undefined ? errorTypeOf(error) : isFailure ? String(status) : undefined,
      seconds: (performance.now() - exchange.startedAt) / 1000,
      requestSize: sizes ? contentLength(requestHeader(request, 'content-length')) : undefined,
      responseSize:
        sizes && response !== undefined
          ? (contentLength(response.headers['content-length']) ?? received)
          : undefined,
    },
    setSpan(context, span),
  );
}

function describe(exchange: ClientExchange, error: unknown, config: ResolvedHttpConfig): void {
  const { span, request, response } = exchange;
  if (response !== undefined) describeResponse(span, response, config);
  if (error !== undefined) {
    span.setAttribute('error.type', errorTypeOf(error));
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: String((error as Error | null)?.message ?? error),
    });
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
