/**
 * Where to send by gRPC: protocol/exporter.md, "Endpoint (OTLP/gRPC)". The scheme decides about TLS; a target without
 * one is secure unless it is said to be insecure. What gRPC calls a target (host:port, unix:path, dns:host:port) will do.
 */

import { shown } from '../../internal/shown.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { readEnv, readEnvIfSet } from '../../sdk/common/environment.ts';
import { bare } from '../../sdk/common/host-address.ts';
import { basicAuthorization } from '../../sdk/common/http-proxy.ts';
import type { OtlpSignal } from '../signal-codec.ts';
import { shownEndpoint } from './endpoint.ts';

export interface GrpcEndpoint {
  /** As a URL has it, without brackets; empty for a socket. */
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly secure: boolean;
  /** Value of `:authority`. */
  readonly authority: string;
  /** Value of the metadata `authorization`, when the URL held credentials. */
  readonly authorization: string | undefined;
  /** For people. */
  readonly printable: string;
}

const DEFAULT_TARGET = 'http://localhost:4317';
/** The port of OTLP over gRPC. */
const DEFAULT_PORT = 4317;

const ALLOWED =
  'a URL such as http://localhost:4317 or https://host, or a target such as host:4317 or unix:/path';

const ENDPOINT_VARIABLES = {
  traces: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  metrics: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  logs: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
} as const;

const INSECURE_VARIABLES = {
  traces: ['OTEL_EXPORTER_OTLP_TRACES_INSECURE', 'OTEL_EXPORTER_OTLP_SPAN_INSECURE'],
  metrics: ['OTEL_EXPORTER_OTLP_METRICS_INSECURE', 'OTEL_EXPORTER_OTLP_METRIC_INSECURE'],
  logs: ['OTEL_EXPORTER_OTLP_LOGS_INSECURE'],
} as const;

/**
 * The endpoint of one signal: option, signal variable, general variable, default. `insecure` is the option for targets
 * without a scheme.
 * @throws TypeError naming the option when `url` is given and cannot be used.
 */
export function resolveGrpcEndpoint(
  signal: OtlpSignal,
  url: unknown,
  insecure: boolean | undefined,
): GrpcEndpoint {
  const isSecure = !(insecure ?? environmentInsecure(signal));
  if (url !== undefined) {
    const parsed = parseTarget(url instanceof URL ? url.href : url, isSecure, 'option url');
    if (typeof parsed !== 'string') return parsed;
    throw new TypeError(`OTLP exporter option url: ${parsed}; allowed is ${ALLOWED}`);
  }
  return (
    fromVariable(ENDPOINT_VARIABLES[signal], isSecure) ??
    fromVariable('OTEL_EXPORTER_OTLP_ENDPOINT', isSecure) ??
    (parseTarget(DEFAULT_TARGET, isSecure, '') as GrpcEndpoint)
  );
}

/** The signal's variable, then its name of old, then the general one. */
function environmentInsecure(signal: OtlpSignal): boolean {
  for (const name of INSECURE_VARIABLES[signal]) {
    const own = readEnvIfSet(name);
    if (own !== undefined) return own;
  }
  return readEnv('OTEL_EXPORTER_OTLP_INSECURE');
}

function fromVariable(
  name: (typeof ENDPOINT_VARIABLES)[OtlpSignal] | 'OTEL_EXPORTER_OTLP_ENDPOINT',
  isSecure: boolean,
): GrpcEndpoint | undefined {
  const text = readEnvIfSet(name);
  if (text === undefined) return undefined;
  const parsed = parseTarget(text.trim(), isSecure, name);
  if (typeof parsed !== 'string') return parsed;
  report('warn', 'env_invalid', `${name}: ${parsed}; it is ignored; allowed is ${ALLOWED}`);
  return undefined;
}

/** The endpoint, or in one clause why it is none. */
function parseTarget(value: unknown, isSecure: boolean, name: string): GrpcEndpoint | string {
  if (typeof value !== 'string') return `${shown(value)} given`;
  const socketPath = /^unix:(?:\/\/(?=\/))?(.*)$/is.exec(value)?.[1];
  if (socketPath === '') return `${shownEndpoint(value)} names no socket`;
  if (socketPath !== undefined) return socketEndpoint(socketPath);
  // dns:host:port and dns:///host:port are the ways in which gRPC says what is the default anyway.
  const target = value.replace(/^dns:(?:\/\/[^/]*\/)?/i, '');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
  let url: URL;
  try {
    url = new URL(hasScheme ? target : `${isSecure ? 'https' : 'http'}://${target}`);
  } catch {
    return `${shownEndpoint(value)} is not an endpoint`;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `${shownEndpoint(value)} has the scheme ${shown(url.protocol)}`;
  }
  if (url.pathname !== '/' || url.search !== '') {
    const text = `${name}: gRPC has its own paths: the one of ${shownEndpoint(value)} is ignored`;
    report('warn', 'otlp_grpc_path', text);
  }
  return urlEndpoint(url, hasScheme);
}

function urlEndpoint(url: URL, hasScheme: boolean): GrpcEndpoint {
  const secure = url.protocol === 'https:';
  const schemePort = hasScheme ? (secure ? 443 : 80) : DEFAULT_PORT;
  const port = url.port === '' ? schemePort : Number(url.port);
  const authority = `${url.hostname}:${port}`;
  return {
    host: bare(url.hostname),
    port,
    socketPath: undefined,
    secure,
    authority,
    authorization: basicAuthorization(url),
    printable: `${url.protocol}//${authority}`,
  };
}

/** A socket of this machine needs no TLS: who may open it, the file system says. */
function socketEndpoint(socketPath: string): GrpcEndpoint {
  return {
    host: '',
    port: 0,
    socketPath,
    secure: false,
    authority: 'localhost',
    authorization: undefined,
    printable: `unix:${socketPath}`,
  };
}
