/**
 * The options of the OTLP exporters: code before the signal's variables before the general ones before the default.
 * A wrong option throws and names itself, what was given and what is allowed; a wrong variable is said and ignored.
 */

import { hasGrpc } from '#platform';
import type { MeterProvider } from '../api/metrics/meter.ts';
import { shown } from '../internal/shown.ts';
import type { ProxyServer, TlsSettings } from '../platform/connection.ts';
import { readEnv, readEnvIfSet, reportUnavailable } from '../sdk/common/environment.ts';
import { bare } from '../sdk/common/host-address.ts';
import { parseProxy, proxyOf } from '../sdk/common/http-proxy.ts';
import { OptionChecks } from '../sdk/common/option-checks.ts';
import { SDK_VERSION } from '../sdk/common/sdk-info.ts';
import { resolveDelivery, resolveHttpDelivery } from './delivery-options.ts';
import type { OtlpEncoding, OtlpSignal } from './signal-codec.ts';
import { type OTLPTlsOptions, resolveTls } from './tls-options.ts';
import { loadGrpcEndpoint } from './transport/deferred-grpc-endpoint.ts';
import { type Endpoint, resolveEndpoint } from './transport/endpoint.ts';
import type { GrpcEndpoint } from './transport/grpc-endpoint.ts';
import type { HeaderFunction } from './transport/header-source.ts';
import {
  checkHeaders,
  environmentHeaders,
  type Headers,
  type HeadersOption,
  headersOfMetadata,
} from './transport/headers.ts';

/** How an OTLP exporter encodes and carries its messages. `grpc` is for Node: it needs HTTP/2 with trailers. */
export type OTLPProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** The options that every OTLP exporter takes. Each has a default; the environment's variables come after the code. */
export interface OTLPExporterOptions {
  /** Default `http/protobuf`, or OTEL_EXPORTER_OTLP_[signal_]PROTOCOL. */
  protocol?: OTLPProtocol | undefined;
  /**
   * The URL to POST to, used as it is; a `URL` will do. Default `http://localhost:4318/v1/<signal>`, or the endpoint variables.
   * For gRPC `http://host:port` or `https://host:port`, whose scheme decides about TLS, or a target such as `host:4317`,
   * which is secure unless `tls.insecure` says otherwise, or `unix:/path`; default `http://localhost:4317`.
   * Credentials in it are sent as an Authorization header and never shown.
   */
  url?: string | { readonly href: string } | undefined;
  /**
   * Headers for every request (gRPC: metadata), or a function that is asked before each. They are added to those of
   * OTEL_EXPORTER_OTLP_[signal_]HEADERS; of the same name the one given here is sent.
   */
  headers?: HeadersOption | undefined;
  /** A `Metadata` of @grpc/grpc-js, as the official exporters over gRPC take it: further headers, which those above go before. */
  metadata?: { getMap(): Readonly<Record<string, unknown>> } | undefined;
  /** Milliseconds for one attempt, and for the answer to a caller of `export`; 0 is no limit. Default 10,000. */
  timeoutMillis?: number | undefined;
  /** Default `none`, or OTEL_EXPORTER_OTLP_[signal_]COMPRESSION. */
  compression?: 'gzip' | 'none' | undefined;
  /** Certificates, for `https` and gRPC with TLS. Node only. */
  tls?: OTLPTlsOptions | undefined;
  /**
   * Node only: the URL of an HTTP proxy, which may hold credentials; false for none. Default HTTPS_PROXY or HTTP_PROXY,
   * unless NO_PROXY names the host. What is on this machine itself is then reached directly.
   */
  proxy?: string | false | undefined;
  /** Requests in flight at the same time, and, by HTTP, connections kept. Default 30. */
  concurrencyLimit?: number | undefined;
  /** Whether connections are kept for the next request. Default true. */
  keepAlive?: boolean | undefined;
  /**
   * Node only, by HTTP: options of an http(s).Agent (TLS settings among them, which go before `tls`), or a function that
   * makes the agent, which then decides about TLS and proxies alone. Without it no agent is used, and node:http not at all.
   */
  httpAgentOptions?: Readonly<Record<string, unknown>> | ((protocol: string) => unknown) | undefined;
  /** A product identifier, such as `my-app/1.2`, put before the exporter's own in the User-Agent header. */
  userAgent?: string | undefined;
  /** Bytes of one message before compression; a larger batch is split. Default 64 MiB. */
  maxRequestBytes?: number | undefined;
  /** Bytes of an answer after decompression; a larger one is a failure. Default 4 MiB. */
  maxResponseBytes?: number | undefined;
  /** Bytes that all exporters of the process together may hold before this one drops new batches. Default 64 MiB. */
  maxBufferBytes?: number | undefined;
  /** How long, in milliseconds, a batch is kept for further attempts. Default 300,000. */
  maxRetryAgeMillis?: number | undefined;
  /**
   * `persistent` (default) keeps a batch for maxRetryAgeMillis and lets timeoutMillis bound each attempt; `spec` lets
   * timeoutMillis bound all attempts of a batch together.
   */
  retry?: 'persistent' | 'spec' | undefined;
  /** Whether shutdown waits for what is unacknowledged, for up to timeoutMillis. Default true. */
  waitOnShutdown?: boolean | undefined;
  /** Where the exporter's own metrics go. Default: the global meter provider. */
  meterProvider?: MeterProvider | undefined;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly encoding: OtlpEncoding;
  /** Where to: one of the two. */
  readonly http: Endpoint | undefined;
  readonly grpc: GrpcEndpoint | undefined;
  readonly tls: TlsSettings | undefined;
  readonly proxy: ProxyServer | undefined;
  readonly headers: Headers;
  readonly dynamicHeaders: HeaderFunction | undefined;
  readonly timeoutMillis: number;
  readonly compression: 'gzip' | 'none';
  readonly concurrencyLimit: number;
  readonly keepAlive: boolean;
  readonly agentOptions: Readonly<Record<string, unknown>> | undefined;
  readonly agentFactory: ((protocol: string) => unknown) | undefined;
  readonly userAgent: string;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxBufferBytes: number;
  readonly maxRetryAgeMillis: number;
  readonly retry: 'persistent' | 'spec';
  readonly waitOnShutdown: boolean;
  readonly meterProvider: MeterProvider | undefined;
}

const VARIABLES = {
  traces: {
    protocol: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    timeout: 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
    compression: 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
  },
  metrics: {
    protocol: 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    timeout: 'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
    compression: 'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION',
  },
  logs: {
    protocol: 'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL',
    timeout: 'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT',
    compression: 'OTEL_EXPORTER_OTLP_LOGS_COMPRESSION',
  },
} as const;

/**
 * Fills in the defaults. Undefined when the environment asks for a protocol that this version does not have: that
 * exporter stays off.
 * @throws TypeError for a wrong option.
 */
export function resolveOptions(
  signal: OtlpSignal,
  options: OTLPExporterOptions,
): ResolvedOptions | undefined {
  const checks = new OptionChecks('OTLP exporter', options);
  const given = checkedObject(options);
  const protocol = resolveProtocol(checks, signal);
  if (protocol === undefined) return undefined;
  const fixed = environmentHeaders(signal);
  const dynamic = typeof given.headers === 'function' ? given.headers : undefined;
  const code = dynamic === undefined && given.headers !== undefined ? checkHeaders(given.headers) : undefined;
  const metadata = given.metadata === undefined ? undefined : headersOfMetadata(given.metadata);
  const resolved: ResolvedOptions = {
    encoding: protocol === 'http/json' ? 'json' : 'protobuf',
    ...resolveDestination(signal, protocol, given),
    headers: { ...fixed, ...metadata, ...code },
    dynamicHeaders: dynamic,
    ...resolveDelivery(checks, () => environmentTimeout(signal)),
    ...resolveHttpDelivery(checks, given.httpAgentOptions),
    compression: checks.oneOf('compression', ['gzip', 'none']) ?? environmentCompression(signal),
    userAgent: userAgentOf(checks, given.userAgent),
    meterProvider: given.meterProvider,
  };
  checks.finish(...UNCHECKED);
  return resolved;
}

/** The options that no check by name has seen, those of metrics among them. */
const UNCHECKED: readonly string[] = [
  'url',
  'headers',
  'metadata',
  'tls',
  'proxy',
  'httpAgentOptions',
  'userAgent',
  'meterProvider',
  'temporalityPreference',
  'aggregationPreference',
];

function checkedObject(options: OTLPExporterOptions): OTLPExporterOptions {
  const { credentials } = options as { credentials?: unknown };
  if (credentials === undefined) return options;
  throw new TypeError(
    'OTLP exporter option credentials: those of @grpc/grpc-js cannot be read; see the option tls, and http:// or https:// in url',
  );
}

const PROTOCOLS: readonly OTLPProtocol[] = ['http/protobuf', 'http/json', 'grpc'];

function resolveProtocol(
  checks: OptionChecks<OTLPExporterOptions>,
  signal: OtlpSignal,
): OTLPProtocol | undefined {
  const available = hasGrpc ? PROTOCOLS : PROTOCOLS.filter((protocol) => protocol !== 'grpc');
  const given = checks.oneOf('protocol', available);
  if (given !== undefined) return given;
  const variable = VARIABLES[signal].protocol;
  const own = readEnvIfSet(variable);
  const protocol = own ?? readEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (available.includes(protocol)) return protocol;
  reportUnavailable(own === undefined ? 'OTEL_EXPORTER_OTLP_PROTOCOL' : variable, protocol, available);
  return undefined;
}

/** Where to, and what of TLS and proxies the way there takes. */
function resolveDestination(
  signal: OtlpSignal,
  protocol: OTLPProtocol,
  given: OTLPExporterOptions,
): Pick<ResolvedOptions, 'http' | 'grpc' | 'tls' | 'proxy'> {
  const tls = resolveTls(signal, given.tls);
  const grpc =
    protocol === 'grpc' ? loadGrpcEndpoint().resolveGrpcEndpoint(signal, given.url, tls.insecure) : undefined;
  const http = grpc === undefined ? resolveEndpoint(signal, given.url) : undefined;
  const target = grpc ?? targetOf(http!);
  return {
    http,
    grpc,
    tls: target.secure ? tls.settings : undefined,
    proxy: resolveProxy(target, given.proxy),
  };
}

function targetOf({ url }: Endpoint): Pick<GrpcEndpoint, 'secure' | 'host' | 'port'> {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'https:';
  return { secure, host: bare(hostname), port: port === '' ? (secure ? 443 : 80) : Number(port) };
}

function resolveProxy(
  target: Pick<GrpcEndpoint, 'secure' | 'host' | 'port'>,
  given: unknown,
): ProxyServer | undefined {
  if (given === false || target.host === '') return undefined;
  if (given === undefined) return proxyOf(target);
  const proxy = typeof given === 'string' ? parseProxy(given) : `${shown(given)} given`;
  if (typeof proxy !== 'string') return proxy;
  throw new TypeError(
    `OTLP exporter option proxy: ${proxy}; allowed is a URL such as http://proxy:3128, or false`,
  );
}

function environmentTimeout(signal: OtlpSignal): number {
  return readEnvIfSet(VARIABLES[signal].timeout) ?? readEnv('OTEL_EXPORTER_OTLP_TIMEOUT');
}

function environmentCompression(signal: OtlpSignal): 'gzip' | 'none' {
  const own = readEnvIfSet(VARIABLES[signal].compression);
  return (own ?? readEnvIfSet('OTEL_EXPORTER_OTLP_COMPRESSION')) === 'gzip' ? 'gzip' : 'none';
}

function userAgentOf(checks: OptionChecks<OTLPExporterOptions>, product: unknown): string {
  const own = `OTel-OTLP-Exporter-JavaScript/${SDK_VERSION}`;
  if (product === undefined || product === '') return own;
  if (typeof product === 'string' && /^[\x20-\x7e]{1,512}$/.test(product)) return `${product} ${own}`;
  throw checks.wrong(
    'userAgent',
    product,
    'a string of up to 512 printable ASCII characters, such as "my-app/1.2"',
  );
}
