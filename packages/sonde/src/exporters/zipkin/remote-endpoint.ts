/**
 * Who was called: Zipkin draws its graph of services from `remoteEndpoint`. The first attribute of the ranking that is
 * there names it (zipkin.md, "Remote endpoint").
 */
import { stringJson } from '../../otlp/wire/json-writer.ts';
import type { AttributeList } from '../../sdk/common/attributes.ts';
import { attributeOf } from '../span-parts.ts';

/** The ranking: a name, or an address with the attribute of its port. */
const RANKING: readonly (readonly [key: string, port?: string])[] = [
  ['peer.service'],
  ['server.address'],
  ['net.peer.name'],
  ['network.peer.address', 'network.peer.port'],
  ['server.socket.domain'],
  ['server.socket.address', 'server.socket.port'],
  ['net.sock.peer.name'],
  ['net.sock.peer.addr', 'net.sock.peer.port'],
  ['peer.hostname'],
  ['peer.address'],
  ['db.name'],
];

/** `,"remoteEndpoint":{…}`, or nothing where no attribute says who it is. */
export function remoteEndpointJson(attributes: AttributeList): string {
  for (const [key, portKey] of RANKING) {
    const value = attributeOf(attributes, key);
    if (typeof value !== 'string' || value === '') continue;
    if (portKey === undefined) return `,"remoteEndpoint":{"serviceName":${stringJson(value)}}`;
    const port = portJson(attributeOf(attributes, portKey));
    return `,"remoteEndpoint":{"${addressField(value)}":${stringJson(value)}${port}}`;
  }
  return '';
}

/** What is no IP address, such as the path of a socket, can only be a name. */
function addressField(address: string): 'ipv4' | 'ipv6' | 'serviceName' {
  if (isIpv4(address)) return 'ipv4';
  return isIpv6(address) ? 'ipv6' : 'serviceName';
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** Up to eight groups of hex digits, one run of them left out by `::`, the last two possibly an IPv4 address. */
function isIpv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false;
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return false;
  const count = groupsIn(head, tail === undefined) + (tail === undefined ? 0 : groupsIn(tail, true));
  return tail === undefined ? count === 8 : count < 8;
}

/** How many 16-bit groups the text stands for; NaN when one of them is none. */
function groupsIn(text: string, mayEndInIpv4: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  let count = 0;
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) count += 1;
    else if (mayEndInIpv4 && index === groups.length - 1 && isIpv4(group)) count += 2;
    else return Number.NaN;
  }
  return count;
}

function portJson(value: unknown): string {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  return isPort ? `,"port":${port}` : '';
}
