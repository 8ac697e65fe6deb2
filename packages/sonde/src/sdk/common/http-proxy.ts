/**
 * Which proxy a destination is reached through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as curl and Go
 * read them. A proxy's URL may hold credentials, so it is never part of a message.
 */
import type { ProxyServer } from '../../platform/connection.ts';
import { reportOnce } from './diagnostics.ts';
import { isEnvSet, readEnvIfSet } from './environment.ts';

/** What is to be reached. `host` as a URL has it, without brackets. */
export interface ProxiedTarget {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** The longest list of hosts that is looked through, in entries. */
const MAX_ENTRIES = 1_000;

/** The proxy that the environment names for the target, if any. This machine itself is never behind one, as in Go. */
export function proxyOf(target: ProxiedTarget): ProxyServer | undefined {
  if (isLoopback(target.host)) return undefined;
  const name = target.secure ? variable('https_proxy', 'HTTPS_PROXY') : plainVariable();
  const text = name === undefined ? undefined : readEnvIfSet(name);
  if (name === undefined || text === undefined) return undefined;
  const list = variable('no_proxy', 'NO_PROXY');
  if (list !== undefined && isExempt(target, readEnvIfSet(list) ?? '')) return undefined;
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
    return `it names a proxy with the scheme ${JSON.stringify(url.protocol)}`;
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

/**
 * Whether a list in the form of NO_PROXY names the target: `*`, a host (with all below it), `.domain`, either with
 * `:port`, an address, a network such as 10.0.0.0/8. What is none of these names nothing.
 */
export function isExempt(target: ProxiedTarget, list: string): boolean {
  const entries = list.split(/[\s,]+/, MAX_ENTRIES);
  const host = target.host.toLowerCase().replace(/\.$/, '');
  const address = addressOf(host);
  return entries.some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const { name, port } = splitPort(entry.toLowerCase());
    if (port !== undefined && port !== target.port) return false;
    return address === undefined ? isBelow(host, name) : isInNetwork(address, name);
  });
}

function isBelow(host: string, entry: string): boolean {
  const domain = entry.replace(/^\*?\./, '').replace(/\.$/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function isInNetwork(address: Uint8Array, entry: string): boolean {
  const [text = '', bitsText, more] = entry.split('/');
  const network = addressOf(text);
  if (network === undefined || network.length !== address.length || more !== undefined) return false;
  const bits = bitsText === undefined ? network.length * 8 : Number(bitsText);
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return false;
  if (bits > network.length * 8) return false;
  for (let index = 0; index < network.length; index++) {
    const rest = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - rest)) & 0xff;
    if ((network[index]! & mask) !== (address[index]! & mask)) return false;
  }
  return true;
}

function splitPort(entry: string): { name: string; port: number | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry);
  const name = match === null ? entry : match[1]!;
  return { name: bare(name), port: match === null ? undefined : Number(match[2]) };
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]/, '$1');
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = addressOf(name);
  if (address === undefined) return false;
  if (address.length === 4) return address[0] === 127;
  return address.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/** The bytes of an IPv4 or IPv6 address; an IPv4 one inside IPv6 (::ffff:1.2.3.4) is the IPv4 one. */
export function addressOf(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
  }
  if (!text.includes(':')) return undefined;
  let canonical: string;
  try {
    canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const [head = '', tail] = canonical.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - first.length - last.length).fill('0');
  const bytes = [...first, ...zeros, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return Uint8Array.from(isMapped ? bytes.slice(12) : bytes);
}
