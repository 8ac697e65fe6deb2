/**
 * What a proxy says of the original request: `Forwarded` (RFC 7239), else the `X-Forwarded-*` headers; of each the first
 * hop, which is the one that the client met (semantic-conventions, docs/http/http-spans.md, "Setting server.address and
 * server.port attributes").
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Forwarded {
  readonly client: string | undefined;
  readonly host: string | undefined;
  readonly proto: string | undefined;
}

/** Undefined for a request that came straight from its client. */
export function forwardedOf(headers: IncomingHttpHeaders): Forwarded | undefined {
  const standard = headers['forwarded'];
  if (standard !== undefined) return parseForwarded(first(standard));
  const client = headers['x-forwarded-for'];
  const host = headers['x-forwarded-host'];
  const proto = headers['x-forwarded-proto'];
  if (client === undefined && host === undefined && proto === undefined) return undefined;
  return { client: addressOf(optional(client)), host: optional(host), proto: schemeOf(optional(proto)) };
}

const FOR = pairPattern('for');
const HOST = pairPattern('host');
const PROTO = pairPattern('proto');

function pairPattern(name: string): RegExp {
  return new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*("[^"]*"|[^;,"]*)`, 'i');
}

function parseForwarded(hop: string): Forwarded {
  return {
    client: addressOf(part(hop, FOR)),
    host: part(hop, HOST),
    proto: schemeOf(part(hop, PROTO)),
  };
}

function part(hop: string, pattern: RegExp): string | undefined {
  return pattern.exec(hop)?.[1]?.replace(/^"|"$/g, '').trim() || undefined;
}

/** Without the brackets of an IPv6 address and without a port. */
function addressOf(node: string | undefined): string | undefined {
  return node?.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}

function optional(value: string | string[] | undefined): string | undefined {
  return value === undefined ? undefined : first(value) || undefined;
}

/** The first element of a list; a comma within quotes separates nothing. */
function first(value: string | string[]): string {
  const text = typeof value === 'string' ? value : (value[0] ?? '');
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x2c && !isQuoted) return text.slice(0, index).trim();
  }
  return text.trim();
}

/** A scheme of one word; anything else is a header that lies. */
function schemeOf(proto: string | undefined): string | undefined {
  return proto !== undefined && /^[a-z][a-z0-9+.-]{0,15}$/i.test(proto) ? proto.toLowerCase() : undefined;
}
