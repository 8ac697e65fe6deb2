/** The options of JaegerExporter: code before the environment's variables before the defaults. */

import { kindOf, shown } from '../../internal/shown.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { readEnv, readEnvIfSet } from '../../sdk/common/environment.ts';
import { type OptionChecks, wrongOption } from '../../sdk/common/option-checks.ts';
import type { HttpDeliveryOptions } from '../delivery-options.ts';
import type { Tag } from '../span-parts.ts';

/** How spans reach Jaeger, by the words of OTEL_EXPORTER_JAEGER_PROTOCOL. */
export type JaegerProtocol = 'http/thrift.binary' | 'grpc' | 'udp/thrift.compact' | 'udp/thrift.binary';

/** A tag of the process, as the official exporter takes it. */
export interface JaegerTag {
  key: string;
  value: string | number | boolean;
}

/** Options of `JaegerExporter`; what is not given comes from the environment, then from the defaults. */
export interface JaegerExporterOptions extends HttpDeliveryOptions {
  /**
   * Default: OTEL_EXPORTER_JAEGER_PROTOCOL; else `http/thrift.binary` where there is an endpoint, and datagrams to an agent
   * where there is none, `udp/thrift.compact` to port 6831 and `udp/thrift.binary` to any other.
   */
  protocol?: JaegerProtocol | undefined;
  /**
   * The collector: by HTTP the URL to POST to, used as it is, default `http://localhost:14268/api/traces`; by gRPC a
   * URL whose scheme decides about TLS, default `http://localhost:14250`. Or OTEL_EXPORTER_JAEGER_ENDPOINT.
   */
  endpoint?: string | { readonly href: string } | undefined;
  /** The agent for datagrams. Default `localhost`, or OTEL_EXPORTER_JAEGER_AGENT_HOST. */
  host?: string | undefined;
  /** The agent's port. Default 6832, 6831 for `udp/thrift.compact`, or OTEL_EXPORTER_JAEGER_AGENT_PORT. */
  port?: number | undefined;
  /** For Basic authentication at the collector, with `password`. Default OTEL_EXPORTER_JAEGER_USER. */
  username?: string | undefined;
  /** Default OTEL_EXPORTER_JAEGER_PASSWORD. */
  password?: string | undefined;
  /** Bytes of one datagram: a batch is split, one span that is larger alone is dropped. Default 65,000. */
  maxPacketSize?: number | undefined;
  /** Tags added to the process, over the resource's attributes. */
  tags?: readonly JaegerTag[] | undefined;
  /** The name of the service in place of the resource's `service.name`. Default: that of the resource. */
  serviceName?: string | undefined;
  /** Headers for every request, or metadata for every call. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for one attempt; 0 is no limit. Default 10,000, or OTEL_EXPORTER_JAEGER_TIMEOUT. */
  timeoutMillis?: number | undefined;
}

const PROTOCOLS: readonly JaegerProtocol[] = [
  'http/thrift.binary',
  'grpc',
  'udp/thrift.compact',
  'udp/thrift.binary',
];

/** The port at which an agent takes the compact form. */
const COMPACT_PORT = 6831;
const BINARY_PORT = 6832;

/** The most that IPv4 takes in one datagram: 65,535 without its headers. */
const MAX_DATAGRAM = 65_507;

/** Where datagrams go. */
export interface JaegerAgent {
  readonly host: string;
  readonly port: number;
}

/** The protocol, by what else is said where it is not. */
export function resolveProtocol(
  checks: OptionChecks<JaegerExporterOptions>,
  given: JaegerExporterOptions,
  port: number | undefined,
): JaegerProtocol {
  const hasEndpoint =
    given.endpoint !== undefined ||
    (given.host === undefined && readEnvIfSet('OTEL_EXPORTER_JAEGER_ENDPOINT') !== undefined);
  return (
    checks.oneOf('protocol', PROTOCOLS) ??
    readEnvIfSet('OTEL_EXPORTER_JAEGER_PROTOCOL') ??
    (hasEndpoint ? 'http/thrift.binary' : port === COMPACT_PORT ? 'udp/thrift.compact' : 'udp/thrift.binary')
  );
}

/** The agent's port, where one is named. */
export function resolvePort(checks: OptionChecks<JaegerExporterOptions>): number | undefined {
  return checks.whole('port', 1, 65_535) ?? readEnvIfSet('OTEL_EXPORTER_JAEGER_AGENT_PORT');
}

export function resolveAgent(
  checks: OptionChecks<JaegerExporterOptions>,
  port: number | undefined,
  isCompact: boolean,
): JaegerAgent {
  const usual = isCompact ? COMPACT_PORT : BINARY_PORT;
  const host = checks.text('host');
  if (host !== undefined) {
    const bare = bareHost(host);
    if (bare === undefined)
      throw checks.wrong('host', host, 'a host name or an IP address, without a scheme');
    return { host: bare, port: port ?? usual };
  }
  const name = 'OTEL_EXPORTER_JAEGER_AGENT_HOST';
  const text = readEnv(name).trim();
  const bare = bareHost(text);
  if (bare !== undefined) return { host: bare, port: port ?? usual };
  const problem = `${name}=${shown(text)} is no host name; it is ignored and localhost is used`;
  report('warn', 'env_invalid', problem);
  return { host: 'localhost', port: port ?? usual };
}

/** A name or an address, an IPv6 one with or without brackets; undefined for what is neither. */
function bareHost(text: string): string | undefined {
  const address = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const url = address.includes(':') ? `http://[${address}]/` : `http://${address}/`;
  try {
    const { hostname, pathname, username, port } = new URL(url);
    const isHost = hostname !== '' && pathname === '/' && username === '' && port === '';
    return isHost && !/[/?#@\\\s]/.test(address) ? address : undefined;
  } catch {
    return undefined;
  }
}

export function resolvePacketSize(checks: OptionChecks<JaegerExporterOptions>): number {
  return checks.whole('maxPacketSize', 512, MAX_DATAGRAM) ?? 65_000;
}

/** The value of the Authorization header; undefined where nobody is named. */
export function resolveCredentials(
  checks: OptionChecks<JaegerExporterOptions>,
  given: JaegerExporterOptions,
): string | undefined {
  const user = checks.text('username') ?? readEnvIfSet('OTEL_EXPORTER_JAEGER_USER');
  const password: unknown = given.password ?? readEnvIfSet('OTEL_EXPORTER_JAEGER_PASSWORD') ?? '';
  if (typeof password !== 'string')
    throw wrongOption('Jaeger exporter', 'password', kindOf(password), 'a string');
  if (user === undefined) return undefined;
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

export function resolveTags(
  checks: OptionChecks<JaegerExporterOptions>,
  given: JaegerExporterOptions,
): readonly Tag[] {
  const tags: unknown = given.tags ?? [];
  const allowed = 'an array of { key, value }, the value a string, a number or a boolean';
  if (!Array.isArray(tags)) throw checks.wrong('tags', tags, allowed);
  return tags.map((tag: Partial<JaegerTag> | null) => {
    const { key, value } = tag ?? {};
    const isTag = typeof key === 'string' && ['string', 'number', 'boolean'].includes(typeof value);
    if (!isTag) throw checks.wrong('tags', tag, allowed);
    return [key, value] as const;
  });
}
