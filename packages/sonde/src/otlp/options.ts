/**
 * The options of the OTLP exporters: code before the signal's variables before the general ones before the default.
 * A wrong option throws and names itself, what was given and what is allowed; a wrong variable is said and ignored.
 */
import type { MeterProvider } from '../api/metrics/meter.ts';
import { readEnv, readEnvIfSet, reportUnavailable } from '../sdk/common/environment.ts';
import { SDK_VERSION } from '../sdk/common/sdk-info.ts';
import type { OtlpEncoding, OtlpSignal } from './signal-codec.ts';
import { type Endpoint, resolveEndpoint } from './transport/endpoint.ts';
import { checkHeaders, environmentHeaders, type Headers, type HeadersOption } from './transport/headers.ts';

/** How an OTLP exporter encodes and carries its messages. */
export type OTLPProtocol = 'http/protobuf' | 'http/json';

/** The options that every OTLP exporter takes. Each has a default; the environment's variables come after the code. */
export interface OTLPExporterOptions {
  /** Default `http/protobuf`, or OTEL_EXPORTER_OTLP_[signal_]PROTOCOL. */
  protocol?: OTLPProtocol | undefined;
  /**
   * The URL to POST to, used as it is; a `URL` will do. Default `http://localhost:4318/v1/<signal>`, or the endpoint variables.
   * Credentials in it are sent as an Authorization header and never shown.
   */
  url?: string | { readonly href: string } | undefined;
  /**
   * Headers for every request, or a function that is asked before each. They are added to those of
   * OTEL_EXPORTER_OTLP_[signal_]HEADERS; of the same name the one given here is sent.
   */
  headers?: HeadersOption | undefined;
  /** Milliseconds for one attempt, and for the answer to a caller of `export`; 0 is no limit. Default 10,000. */
  timeoutMillis?: number | undefined;
  /** Default `none`, or OTEL_EXPORTER_OTLP_[signal_]COMPRESSION. */
  compression?: 'gzip' | 'none' | undefined;
  /** Requests in flight at the same time, and connections kept. Default 30. */
  concurrencyLimit?: number | undefined;
  /** Whether connections are kept for the next request. Default true. */
  keepAlive?: boolean | undefined;
  /** Node only: options of the http(s).Agent (TLS settings among them), or a function that makes the agent. */
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
  readonly endpoint: Endpoint;
  readonly headers: Headers;
  readonly dynamicHeaders: Exclude<HeadersOption, Headers> | undefined;
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

const MEBIBYTE = 1_048_576;
const MAX_MILLIS = 2 ** 31 - 1;

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
  const given = checkedObject(options);
  const protocol = resolveProtocol(signal, given.protocol);
  if (protocol === undefined) return undefined;
  const fixed = environmentHeaders(signal);
  const dynamic = typeof given.headers === 'function' ? given.headers : undefined;
  const code = dynamic === undefined && given.headers !== undefined ? checkHeaders(given.headers) : undefined;
  const agent = checkedAgent(given.httpAgentOptions);
  return {
    encoding: protocol === 'http/json' ? 'json' : 'protobuf',
    endpoint: resolveEndpoint(signal, given.url),
    headers: { ...fixed, ...code },
    dynamicHeaders: dynamic,
    timeoutMillis: whole('timeoutMillis', given.timeoutMillis, 0, MAX_MILLIS) ?? environmentTimeout(signal),
    compression: oneOf('compression', given.compression, ['gzip', 'none']) ?? environmentCompression(signal),
    concurrencyLimit: whole('concurrencyLimit', given.concurrencyLimit, 1, 10_000) ?? 30,
    keepAlive: flag('keepAlive', given.keepAlive) ?? true,
    agentOptions: typeof agent === 'function' ? undefined : agent,
    agentFactory: typeof agent === 'function' ? agent : undefined,
    userAgent: userAgentOf(given.userAgent),
    maxRequestBytes: whole('maxRequestBytes', given.maxRequestBytes, 1, MAX_MILLIS) ?? 64 * MEBIBYTE,
    maxResponseBytes: whole('maxResponseBytes', given.maxResponseBytes, 1, MAX_MILLIS) ?? 4 * MEBIBYTE,
    maxBufferBytes:
      whole('maxBufferBytes', given.maxBufferBytes, 0, Number.MAX_SAFE_INTEGER) ?? 64 * MEBIBYTE,
    maxRetryAgeMillis: whole('maxRetryAgeMillis', given.maxRetryAgeMillis, 0, MAX_MILLIS) ?? 300_000,
    retry: oneOf('retry', given.retry, ['persistent', 'spec']) ?? 'persistent',
    waitOnShutdown: flag('waitOnShutdown', given.waitOnShutdown) ?? true,
    meterProvider: given.meterProvider,
  };
}

function checkedObject(options: unknown): OTLPExporterOptions {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError(`OTLP exporter: ${shown(options)} given; allowed is an object of options`);
}

function resolveProtocol(signal: OtlpSignal, given: unknown): OTLPProtocol | undefined {
  if (given !== undefined) {
    if (given === 'grpc') {
      throw new TypeError(
        'OTLP exporter option protocol: "grpc" is not available in this version; allowed are "http/protobuf", "http/json"',
      );
    }
    return oneOf('protocol', given, ['http/protobuf', 'http/json']);
  }
  const variable = VARIABLES[signal].protocol;
  const own = readEnvIfSet(variable);
  const protocol = own ?? readEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'http/protobuf' || protocol === 'http/json') return protocol;
  const name = own === undefined ? 'OTEL_EXPORTER_OTLP_PROTOCOL' : variable;
  reportUnavailable(name, protocol, ['http/protobuf', 'http/json']);
  return undefined;
}

function environmentTimeout(signal: OtlpSignal): number {
  return readEnvIfSet(VARIABLES[signal].timeout) ?? readEnv('OTEL_EXPORTER_OTLP_TIMEOUT');
}

function environmentCompression(signal: OtlpSignal): 'gzip' | 'none' {
  const own = readEnvIfSet(VARIABLES[signal].compression);
  return (own ?? readEnvIfSet('OTEL_EXPORTER_OTLP_COMPRESSION')) === 'gzip' ? 'gzip' : 'none';
}

function userAgentOf(product: unknown): string {
  const own = `OTel-OTLP-Exporter-JavaScript/${SDK_VERSION}`;
  if (product === undefined || product === '') return own;
  if (typeof product === 'string' && /^[\x20-\x7e]{1,512}$/.test(product)) return `${product} ${own}`;
  throw wrong('userAgent', product, 'a string of up to 512 printable ASCII characters, such as "my-app/1.2"');
}

function checkedAgent(
  given: unknown,
): Readonly<Record<string, unknown>> | ((protocol: string) => unknown) | undefined {
  if (given === undefined || typeof given === 'function') return given as undefined;
  if (typeof given === 'object' && given !== null) return given as Record<string, unknown>;
  throw wrong('httpAgentOptions', given, 'an object of agent options, or a function that returns an agent');
}

function whole(name: string, given: unknown, min: number, max: number): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
  throw wrong(name, given, `a whole number from ${min} to ${max}`);
}

function flag(name: string, given: unknown): boolean | undefined {
  if (given === undefined || typeof given === 'boolean') return given;
  throw wrong(name, given, 'true or false');
}

function oneOf<W extends string>(name: string, given: unknown, words: readonly W[]): W | undefined {
  if (given === undefined) return undefined;
  if (words.includes(given as W)) return given as W;
  throw wrong(name, given, words.map((word) => JSON.stringify(word)).join(', '));
}

function wrong(name: string, given: unknown, allowed: string): TypeError {
  return new TypeError(`OTLP exporter option ${name}: ${shown(given)} given; allowed: ${allowed}`);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}
