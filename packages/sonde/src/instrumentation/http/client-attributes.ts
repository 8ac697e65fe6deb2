/** The attributes of a client span at its start (semantic-conventions, docs/http/http-spans.md, "HTTP client"). */
import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import type { Attributes } from '../../api/common/attributes.ts';
import type { SpanOptions } from '../../api/trace/span.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD } from '../shared/http-method.ts';
import { syntheticTypeOf } from '../shared/synthetic-source.ts';
import { redactUrl } from '../shared/url-redaction.ts';
import { captureHeaders } from './captured-headers.ts';
import { hostOf } from './host-header.ts';
import { requestHeader } from './late-header.ts';
import type { ResolvedHttpConfig } from './options.ts';

interface Target {
  readonly address: string;
  readonly port: number;
}

/** As with servers, attributes are made when the tracer asks for them. */
export class ClientSpanOptions implements SpanOptions {
  readonly kind: SpanKind;
  readonly request: ClientRequest;
  readonly method: string;
  readonly config: ResolvedHttpConfig;

  constructor(request: ClientRequest, method: string, config: ResolvedHttpConfig) {
    this.kind = SpanKind.CLIENT;
    this.request = request;
    this.method = method;
    this.config = config;
  }

  get attributes(): Attributes {
    return clientAttributes(this.request, this.method, this.config);
  }
}

/** The request in the words of its options, for hooks that want those. */
export function optionsOf(request: ClientRequest): RequestOptions {
  const { address, port } = targetOf(request);
  return {
    protocol: request.protocol,
    hostname: address,
    host: request.host,
    port,
    method: request.method,
    path: request.path,
    headers: request.getHeaders(),
  };
}

function clientAttributes(request: ClientRequest, method: string, config: ResolvedHttpConfig): Attributes {
  const { address, port } = targetOf(request);
  const attributes: Attributes = {
    'http.request.method': method,
    'server.address': address,
    'server.port': port,
    'url.full': redactUrl(urlOf(request, address, port), config.redactedKeys),
  };
  if (method === OTHER_METHOD) attributes['http.request.method_original'] = request.method;
  const agent = requestHeader(request, 'user-agent');
  if (agent !== undefined) attributes['user_agent.original'] = agent;
  if (config.enableSyntheticSourceDetection === true) {
    const type = syntheticTypeOf(agent);
    if (type !== undefined) attributes['user_agent.synthetic.type'] = type;
  }
  const captured = config.headersToSpanAttributes?.client?.requestHeaders;
  if (captured !== undefined)
    captureHeaders(
      attributes,
      'request',
      captured,
      (name) => request.getHeader(name) ?? requestHeader(request, name),
    );
  if (config.startOutgoingSpanHook === undefined) return attributes;
  const added = callHook('startOutgoingSpanHook', config.startOutgoingSpanHook, optionsOf(request));
  return added === undefined ? attributes : { ...attributes, ...added };
}

function urlOf(request: ClientRequest, address: string, port: number): string {
  const { protocol, path } = request;
  const isDefaultPort = port === (protocol === 'https:' ? 443 : 80);
  const host = address.includes(':') ? `[${address}]` : address;
  const authority = isDefaultPort ? host : `${host}:${port}`;
  const origin = `${protocol}//${authority}`;
  if (isPath(path)) return origin + path;
  if (ABSOLUTE.test(path)) return String(path);
  // Of CONNECT the path is the authority, of OPTIONS it may be an asterisk: neither is part of a URL.
  return request.method === 'CONNECT' || path === '*' ? origin : origin + path;
}

/** The usual target; Node takes for one whatever can be made a text. */
function isPath(path: unknown): path is string {
  return typeof path === 'string' && path.charCodeAt(0) === 0x2f;
}

/** The most sockets of an agent among which one is looked for. */
const MAX_SOCKETS_SEEN = 64;

/** A target in absolute-form (RFC 9112, section 3.2.2), as requests to a forward proxy have it: scheme, and host with port. */
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?([^/?#]*)/i;

/**
 * Host and port of the server that is meant. Where a forward proxy is asked that is not the one connected to
 * (http-spans.md, `server.address`), but the one that the target names.
 */
export function targetOf(request: ClientRequest): Target {
  if (isPath(request.path)) return peerOf(request);
  const path = String(request.path);
  const absolute = ABSOLUTE.exec(path);
  const { address, port } =
    absolute !== null
      ? hostOf(absolute[2], absolute[1]!.toLowerCase())
      : hostOf(request.method === 'CONNECT' ? path : undefined, request.protocol.slice(0, -1));
  return address === undefined || port === undefined ? peerOf(request) : { address, port };
}

/**
 * Host and port: Node keeps the host, and writes a port that is not the default one into the Host header. A header that
 * names another host is the program's own, as a reverse proxy passes it on, and says nothing about the port.
 */
function peerOf(request: ClientRequest): Target {
  const address = request.host.replace(/^\[|\]$/g, '');
  const header = requestHeader(request, 'host');
  const host = address.includes(':') ? `[${address}]` : address;
  let port: string | undefined;
  if (header !== host) {
    const isNodes = header?.startsWith(`${host}:`) === true;
    port = isNodes ? header!.slice(host.length + 1) : portInAgent(request, address);
  }
  return { address, port: Number(port ?? (request.protocol === 'https:' ? 443 : 80)) };
}

/** An agent files its sockets under `host:port:…`; undefined when it has several ports of that host, or more than can be looked through. */
function portInAgent(request: ClientRequest, address: string): string | undefined {
  const { agent } = request as { readonly agent?: Partial<Agent> & { readonly totalSocketCount?: number } };
  const sockets = agent?.sockets;
  if (sockets === undefined || !(agent!.totalSocketCount! <= MAX_SOCKETS_SEEN)) return undefined;
  const prefix = `${address}:`;
  let found: string | undefined;
  for (const name of Object.keys(sockets)) {
    const port = name.startsWith(prefix) ? /^\d{1,5}(?=:|$)/.exec(name.slice(prefix.length))?.[0] : undefined;
    if (port === undefined || port === found) continue;
    if (found !== undefined) return undefined;
    found = port;
  }
  return found;
}
