/**
 * Which proxy a destination is reached through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as curl and Go
 * read them. A proxy's URL may hold credentials, so it is never part of a message.
 */

import { shown } from '../../internal/shown.ts';
import type { ProxyServer } from '../../platform/connection.ts';
import { loadNoProxy } from './deferred-no-proxy.ts';
import { reportOnce } from './diagnostics.ts';
import { isEnvSet, readEnvIfSet } from './environment.ts';
import { addressOf, bare, plainName } from './host-address.ts';
import type { ProxiedTarget } from './no-proxy.ts';

/** The proxy that the environment names for the target, if any. This machine itself is never behind one, as in Go. */
export function proxyOf(target: ProxiedTarget): ProxyServer | undefined {
  if (isLoopback(target.host)) return undefined;
  const name = target.secure ? variable('https_proxy', 'HTTPS_PROXY') : plainVariable();
  const text = name === undefined ? undefined : readEnvIfSet(name);
  if (name === undefined || text === undefined) return undefined;
  const list = variable('no_proxy', 'NO_PROXY');
  if (list !== undefined && loadNoProxy().isExempt(target, readEnvIfSet(list) ?? '')) return undefined;
  const proxy = parseProxy(text.trim());
  if (typeof proxy !== 'string') return proxy;
  const outcome = `allowed are http and https; it is not used, and the way to ${target.host} is direct`;
  reportOnce('warn', 'env_invalid', name, `${name}: ${proxy}; ${outcome}`);
  return undefined;
}

/** The lower-case form is the older one and wins, as in curl. */
function variable<L extends 'https_proxy' | 'no_proxy', U extends 'HTTPS_PROXY' | 'NO_PROXY'>(
  lower: L,
  upper: U,
): L | U | undefined {
  if (isEnvSet(lower)) return lower;
  return isEnvSet(upper) ? upper : undefined;
}

/** Under CGI whoever sends a request sets HTTP_PROXY, by a header `Proxy` (CVE-2016-5385). */
function plainVariable(): 'http_proxy' | 'HTTP_PROXY' | undefined {
  if (isEnvSet('http_proxy')) return 'http_proxy';
  return isEnvSet('HTTP_PROXY') && !isEnvSet('REQUEST_METHOD') ? 'HTTP_PROXY' : undefined;
}

/** The proxy that a URL names, or in one clause why it names none. Without a scheme it is http. */
export function parseProxy(text: string): ProxyServer | string {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    return 'its value, which is not shown, is not the URL of a proxy';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `it names a proxy with the scheme ${shown(url.protocol)}`;
  }
  const secure = url.protocol === 'https:';
  return {
    host: bare(url.hostname),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    authorization: basicAuthorization(url),
  };
}

/** The value of an Authorization header for the credentials of a URL; undefined when it has none. */
export function basicAuthorization(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const bytes = new TextEncoder().encode(`${decoded(url.username)}:${decoded(url.password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isLoopback(host: string): boolean {
  const name = plainName(host);
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = addressOf(name);
  if (address === undefined) return false;
  if (address.length === 4) return address[0] === 127;
  return address.every((byte, index) => byte === (index === 15 ? 1 : 0));
}
