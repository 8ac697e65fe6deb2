/** The options of HttpInstrumentation, under the names of the official instrumentation, and what is made of them once. */
import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import type { Attributes } from '../../api/common/attributes.ts';
import type { Span } from '../../api/trace/span.ts';
import type { InstrumentationConfig } from '../instrumentation.ts';
import { KnownMethods } from '../shared/http-method.ts';
import { DEFAULT_REDACTED_KEYS } from '../shared/url-redaction.ts';

/** Headers that become attributes, by their names. */
export interface HeadersToSpanAttributes {
  requestHeaders?: string[];
  responseHeaders?: string[];
}

/** What can be set for HTTP servers and clients. Hooks that throw are said and change nothing. */
export interface HttpInstrumentationConfig extends InstrumentationConfig {
  /** True leaves an incoming request without a span. */
  ignoreIncomingRequestHook?: (request: IncomingMessage) => boolean;
  /** True leaves an outgoing request without a span. */
  ignoreOutgoingRequestHook?: (request: RequestOptions) => boolean;
  /** Called with the span and the request. */
  requestHook?: (span: Span, request: ClientRequest | IncomingMessage) => void;
  /** Called with the span and the response. */
  responseHook?: (span: Span, response: IncomingMessage | ServerResponse) => void;
  /** Called when the exchange is over, before the span ends. */
  applyCustomAttributesOnSpan?: (
    span: Span,
    request: ClientRequest | IncomingMessage,
    response: IncomingMessage | ServerResponse,
  ) => void;
  /** Attributes to add when a server span starts. */
  startIncomingSpanHook?: (request: IncomingMessage) => Attributes;
  /** Attributes to add when a client span starts. */
  startOutgoingSpanHook?: (request: RequestOptions) => Attributes;
  /** Makes spans only for incoming requests that continue a trace. Default false. */
  requireParentforIncomingSpans?: boolean;
  /** Makes spans only for outgoing requests made inside a span. Default false. */
  requireParentforOutgoingSpans?: boolean;
  /** Leaves servers alone. Default false. */
  disableIncomingRequestInstrumentation?: boolean;
  /** Leaves clients alone. Default false. */
  disableOutgoingRequestInstrumentation?: boolean;
  /** Headers to record. Default none: they may hold secrets. */
  headersToSpanAttributes?: { client?: HeadersToSpanAttributes; server?: HeadersToSpanAttributes };
  /** Query keys whose values are replaced on client spans; an empty list replaces none. Default those that grant access. */
  redactedQueryParams?: string[];
  /** The same for server spans. Default the same keys. */
  redactedQueryParamsServer?: string[];
  /** Records `user_agent.synthetic.type` of requests whose user agent names a bot or a test. Default false. */
  enableSyntheticSourceDetection?: boolean;
  /** Recorded as `server.address` of incoming requests in place of what the request says. */
  serverName?: string;
  /**
   * Also records the sizes of bodies as metrics: `http.server.request.body.size`, `http.server.response.body.size` and
   * their `http.client` counterparts. Of bodies whose length is not announced only incoming ones are known. Default
   * false, as the semantic conventions have it.
   */
  bodySizeMetrics?: boolean;
}

/** What is worked out once per configuration. */
export interface ResolvedHttpConfig extends HttpInstrumentationConfig {
  readonly knownMethods: KnownMethods;
  readonly redactedKeys: ReadonlySet<string>;
  readonly redactedServerKeys: ReadonlySet<string>;
  /** Whether a server span has more attributes than the usual ones. */
  readonly addsServerAttributes: boolean;
}

export function resolveHttpConfig(config: HttpInstrumentationConfig): ResolvedHttpConfig {
  return {
    ...config,
    knownMethods: new KnownMethods(),
    redactedKeys: new Set(config.redactedQueryParams ?? DEFAULT_REDACTED_KEYS),
    redactedServerKeys: new Set(config.redactedQueryParamsServer ?? DEFAULT_REDACTED_KEYS),
    addsServerAttributes:
      config.startIncomingSpanHook !== undefined ||
      config.enableSyntheticSourceDetection === true ||
      config.headersToSpanAttributes?.server?.requestHeaders !== undefined,
  };
}
