/**
 * The attributes of a server span at its start (semantic-conventions, docs/http/http-spans.md, "HTTP server"). The
 * options object is made per request and the attributes only when the tracer asks for them: for a request that is not
 * sampled nobody does.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Attributes } from '../../api/common/attributes.ts';
import type { SpanOptions } from '../../api/trace/span.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD } from '../shared/http-method.ts';
import { redactQuery } from '../shared/url-redaction.ts';
import { captureHeaders } from './captured-headers.ts';
import type { ResolvedHttpConfig } from './options.ts';

export class ServerSpanOptions implements SpanOptions {
  readonly kind: SpanKind = SpanKind.SERVER;
  readonly #request: IncomingMessage;
  readonly #method: string;
  readonly #config: ResolvedHttpConfig;

  constructor(request: IncomingMessage, method: string, config: ResolvedHttpConfig) {
    this.#request = request;
    this.#method = method;
    this.#config = config;
  }

  get attributes(): Attributes {
    return serverAttributes(this.#request, this.#method, this.#config);
  }
}

function serverAttributes(request: IncomingMessage, method: string, config: ResolvedHttpConfig): Attributes {
  const { headers, socket } = request;
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  const forwarded = forwardedOf(headers);
  const peer = socket.remoteAddress;
  const host = hostOf(forwarded?.host ?? headers.host, (socket as TLSSocket).encrypted === true);
  const attributes: Attributes = {
    'http.request.method': method,
    'url.scheme': forwarded?.proto ?? ((socket as TLSSocket).encrypted === true ? 'https' : 'http'),
    'url.path': pathOf(queryAt < 0 ? url : url.slice(0, queryAt)),
    'server.address': config.serverName ?? host.address,
    'server.port': host.port,
    'client.address': forwarded?.client ?? peer,
    'network.peer.address': peer,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': request.httpVersion,
    'user_agent.original': headers['user-agent'],
  };
  if (queryAt >= 0 && queryAt < url.length - 1) {
    attributes['url.query'] = redactQuery(url.slice(queryAt + 1), config.redactedKeys);
  }
  if (method === OTHER_METHOD) attributes['http.request.method_original'] = request.method;
  const captured = config.headersToSpanAttributes?.server?.requestHeaders;
  if (captured !== undefined) captureHeaders(attributes, 'request', captured, (name) => headers[name]);
  const added = callHook('startIncomingSpanHook', config.startIncomingSpanHook, request);
  return added === undefined ? attributes : { ...attributes, ...added };
}

/** The path of a request target: most are one already, a proxy's are whole URLs. */
function pathOf(target: string): string {
  if (target.charCodeAt(0) === 0x2f) return target;
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(target);
  return match === null ? target : (match[1] ?? '/');
}

interface Host {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

const NO_HOST: Host = { address: undefined, port: undefined };

/** The host header that was read last: a server has few names. */
let lastText: string | undefined;
let lastSecure = false;
let lastHost: Host = NO_HOST;

function hostOf(text: string | undefined, secure: boolean): Host {
  if (text === undefined) return NO_HOST;
  if (text !== lastText || secure !== lastSecure) {
    lastHost = parseHost(text, secure);
    lastText = text;
    lastSecure = secure;
  }
  return lastHost;
}

function parseHost(text: string, secure: boolean): Host {
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(text.trim());
  if (match === null) return NO_HOST;
  return {
    address: match[1] || undefined,
    port: match[2] === undefined ? (secure ? 443 : 80) : Number(match[2]),
  };
}

interface Forwarded {
  readonly client: string | undefined;
  readonly host: string | undefined;
  readonly proto: string | undefined;
}

/** What a proxy says of the original request: `Forwarded`, else the `X-Forwarded-*` headers, the first hop of each. */
function forwardedOf(headers: IncomingHttpHeaders): Forwarded | undefined {
  const standard = headers['forwarded'];
  if (standard !== undefined) return parseForwarded(first(standard));
  const client = headers['x-forwarded-for'];
  const host = headers['x-forwarded-host'];
  const proto = headers['x-forwarded-proto'];
  if (client === undefined && host === undefined && proto === undefined) return undefined;
  return { client: optional(client), host: optional(host), proto: schemeOf(optional(proto)) };
}

function parseForwarded(hop: string): Forwarded {
  const part = (name: string): string | undefined => {
    const match = new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*("[^"]*"|[^;,"]*)`, 'i').exec(hop);
    return match?.[1]?.replace(/^"|"$/g, '').trim() || undefined;
  };
  const client = part('for')
    ?.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return { client, host: part('host'), proto: schemeOf(part('proto')) };
}

function optional(value: string | string[] | undefined): string | undefined {
  return value === undefined ? undefined : first(value) || undefined;
}

function first(value: string | string[]): string {
  const text = typeof value === 'string' ? value : (value[0] ?? '');
  const comma = text.indexOf(',');
  return (comma < 0 ? text : text.slice(0, comma)).trim();
}

/** A scheme of one word; anything else is a header that lies. */
function schemeOf(proto: string | undefined): string | undefined {
  return proto !== undefined && /^[a-z][a-z0-9+.-]{0,15}$/i.test(proto) ? proto.toLowerCase() : undefined;
}
