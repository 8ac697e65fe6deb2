/**
 * The attributes of a server span at its start (semantic-conventions, docs/http/http-spans.md, "HTTP server"): those that
 * the requests of a connection have in common as a template, and what is this request's own. Made when the tracer asks
 * for them: for a request that is not sampled nobody does.
 */
import type { IncomingMessage } from 'node:http';
import type { AttributeTemplate } from '../../api/common/attribute-template.ts';
import type { Attributes } from '../../api/common/attributes.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { type AttributeTarget, TemplatedSpanOptions } from '../../api/trace/templated-span-options.ts';
import { setEach } from '../shared/attributes.ts';
import { callHook } from '../shared/hook.ts';
import { OTHER_METHOD } from '../shared/http-method.ts';
import { syntheticTypeOf } from '../shared/synthetic-source.ts';
import { redactQuery } from '../shared/url-redaction.ts';
import { captureHeaders } from './captured-headers.ts';
import { type Forwarded, forwardedOf } from './forwarded.ts';
import type { ResolvedHttpConfig } from './options.ts';
import { connectionOf } from './server-connection.ts';

export class ServerSpanOptions extends TemplatedSpanOptions {
  readonly kind: SpanKind;
  readonly request: IncomingMessage;
  readonly method: string;
  readonly config: ResolvedHttpConfig;
  forwarded: Forwarded | undefined;
  /** Whether the request came by https, once the template was asked for; undefined also for another scheme than http. */
  isSecure: boolean | undefined;
  /** What the hook gave: it is called once, however often the attributes are read. */
  added: Attributes | undefined;
  isHookCalled: boolean;

  constructor(request: IncomingMessage, method: string, config: ResolvedHttpConfig) {
    super();
    this.kind = SpanKind.SERVER;
    this.request = request;
    this.method = method;
    this.config = config;
    this.forwarded = undefined;
    this.isSecure = undefined;
    this.added = undefined;
    this.isHookCalled = false;
  }

  override template(): AttributeTemplate {
    const { request, config } = this;
    const { headers, socket, httpVersion } = request;
    const connection = connectionOf(socket);
    const forwarded = forwardedOf(headers);
    this.forwarded = forwarded;
    const scheme = forwarded?.proto ?? (connection.isEncrypted ? 'https' : 'http');
    if (scheme === 'http' || scheme === 'https') this.isSecure = scheme === 'https';
    const host = forwarded?.host ?? headers.host;
    const isDirect = forwarded?.client === undefined;
    // Behind a proxy one connection carries the requests of many clients.
    const agent = isDirect ? headers['user-agent'] : undefined;
    return connection.templateOf(this.method, scheme, host, httpVersion, agent, isDirect, config.serverName);
  }

  override fill(target: AttributeTarget): void {
    const { request, config } = this;
    const url = request.url ?? '/';
    const queryAt = url.indexOf('?');
    target.setAttribute('url.path', pathOf(queryAt < 0 ? url : url.slice(0, queryAt)));
    if (queryAt >= 0 && queryAt < url.length - 1) {
      target.setAttribute('url.query', redactQuery(url.slice(queryAt + 1), config.redactedServerKeys));
    }
    const client = this.forwarded?.client;
    if (client !== undefined) fillForwarded(target, client, request);
    if (this.method === OTHER_METHOD) {
      target.setAttribute('http.request.method_original', request.method ?? '');
    }
    if (config.addsServerAttributes) fillConfigured(target, this);
  }
}

function fillForwarded(target: AttributeTarget, client: string, { headers }: IncomingMessage): void {
  target.setAttribute('client.address', client);
  const agent = headers['user-agent'];
  if (agent !== undefined) target.setAttribute('user_agent.original', agent);
}

function fillConfigured(target: AttributeTarget, options: ServerSpanOptions): void {
  const { request, config } = options;
  const attributes: Attributes = {};
  if (config.enableSyntheticSourceDetection === true) {
    const type = syntheticTypeOf(request.headers['user-agent']);
    if (type !== undefined) attributes['user_agent.synthetic.type'] = type;
  }
  const captured = config.headersToSpanAttributes?.server?.requestHeaders;
  if (captured !== undefined)
    captureHeaders(attributes, 'request', captured, (name) => request.headers[name]);
  if (!options.isHookCalled) {
    options.isHookCalled = true;
    options.added = callHook('startIncomingSpanHook', config.startIncomingSpanHook, request);
  }
  setEach(target, attributes);
  if (options.added !== undefined) setEach(target, options.added);
}

/** The path of a request target: most are one already, a proxy's are whole URLs. */
function pathOf(target: string): string {
  if (target.charCodeAt(0) === 0x2f) return target;
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(target);
  return match === null ? target : (match[1] ?? '/');
}
