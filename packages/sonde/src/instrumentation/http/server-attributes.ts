/**
 * The attributes of a server span at its start (semantic-conventions, docs/http/http-spans.md, "HTTP server"). The
 * options object is made per request and the attributes only when the tracer asks for them: for a request that is not
 * sampled nobody does.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
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
  readonly kind: SpanKind;
  readonly request: IncomingMessage;
  readonly method: string;
  readonly config: ResolvedHttpConfig;

  constructor(request: IncomingMessage, method: string, config: ResolvedHttpConfig) {
    this.kind = SpanKind.SERVER;
    this.request = request;
    this.method = method;
    this.config = config;
  }

  get attributes(): Attributes {
    return serverAttributes(this.request, this.method, this.config);
  }
}

function serverAttributes(request: IncomingMessage, method: string, config: ResolvedHttpConfig): Attributes {
  const { headers, socket } = request;
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  const forwarded = forwardedOf(headers);
  const scheme = forwarded?.proto ?? ((socket as TLSSocket).encrypted === true ? 'https' : 'http');
  const host = hostOf(forwarded?.host ?? headers.host, scheme);
  // What every request has comes first and in one literal, which gives all these objects one shape.
  const attributes: Attributes = {
    'http.request.method': method,
    'url.scheme': scheme,
    'url.path': pathOf(queryAt < 0 ? url : url.slice(0, queryAt)),
    'network.protocol.version': request.httpVersion,
  };
  const address = config.serverName ?? host.address;
  if (address !== undefined) attributes['server.address'] = address;
  if (host.port !== undefined) attributes['server.port'] = host.port;
  const peer = peerOf(socket);
  const client = forwarded?.client ?? peer.address;
  if (client !== undefined) attributes['client.address'] = client;
  if (peer.address !== undefined) attributes['network.peer.address'] = peer.address;
  if (peer.port !== undefined) attributes['network.peer.port'] = peer.port;
  const agent = headers['user-agent'];
  if (agent !== undefined) attributes['user_agent.original'] = agent;
  if (queryAt >= 0 && queryAt < url.length - 1) {
    attributes['url.query'] = redactQuery(url.slice(queryAt + 1), config.redactedKeys);
  }
  if (method === OTHER_METHOD) attributes['http.request.method_original'] = request.method;
  return withConfigured(attributes, request, config);
}

function withConfigured(
  attributes: Attributes,
  request: IncomingMessage,
  config: ResolvedHttpConfig,
): Attributes {
  const captured = config.headersToSpanAttributes?.server?.requestHeaders;
  if (captured !== undefined)
    captureHeaders(attributes, 'request', captured, (name) => request.headers[name]);
  if (config.startIncomingSpanHook === undefined) return attributes;
  const added = callHook('startIncomingSpanHook', config.startIncomingSpanHook, request);
  return added === undefined ? attributes : { ...attributes, ...added };
}

/** The path of a request target: most are one already, a proxy's are whole URLs. */
function pathOf(target: string): string {
  if (target.charCodeAt(0) === 0x2f) return target;
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(target);
  return match === null ? target : (match[1] ?? '/');
}

interface Peer {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

const PEER: unique symbol = Symbol('sonde.http.peer');

/** Asked once per connection: each of Node's getters asks the handle again. */
function peerOf(socket: Socket & { [PEER]?: Peer }): Peer {
  const known = socket[PEER];
  if (known !== undefined) return known;
  const peer = { address: socket.remoteAddress, port: socket.remotePort };
  // A connection that is gone already has none, and is not asked again.
  socket[PEER] = peer;
  return peer;
}

interface Host {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

const NO_HOST: Host = { address: undefined, port: undefined };

/** The host header that was read last: a server has few names. */
let lastText: string | undefined;
let lastScheme = '';
let lastHost: Host = NO_HOST;

function hostOf(text: string | undefined, scheme: string): Host {
  if (text === undefined) return NO_HOST;
  if (text !== lastText || scheme !== lastScheme) {
    lastHost = parseHost(text, scheme);
    lastText = text;
    lastScheme = scheme;
  }
  return lastHost;
}

function parseHost(text: string, scheme: string): Host {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text.trim());
  const address = match?.[1] ?? match?.[2];
  if (match === null || address === undefined || address === '') return NO_HOST;
  const port = match[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(match[3]);
  return { address, port: port <= 65_535 ? port : undefined };
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
