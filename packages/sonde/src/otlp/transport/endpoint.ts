/**
 * Where to send: the URL rules of protocol/exporter.md, "Endpoint URLs for OTLP/HTTP". A signal's own endpoint is
 * used as it is; the general one gets the signal's path appended. Credentials in a URL become a Basic header and are
 * never shown.
 */

import { shown } from '../../internal/shown.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { readEnvIfSet } from '../../sdk/common/environment.ts';
import { basicAuthorization } from '../../sdk/common/http-proxy.ts';
import type { OtlpSignal } from '../signal-codec.ts';

export interface Endpoint {
  /** The URL to POST to, without credentials and fragment. */
  readonly url: string;
  /** Value of the Authorization header, when the URL held credentials. */
  readonly authorization: string | undefined;
  /** For people: without credentials and without the query, which may hold a key. */
  readonly printable: string;
}

const DEFAULT_BASE = 'http://localhost:4318';

/** What may be written, for messages. */
const ALLOWED = 'an absolute URL with the scheme http or https, such as http://localhost:4318/v1/traces';

const SIGNAL_VARIABLES = {
  traces: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  metrics: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  logs: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
} as const;

/**
 * The endpoint of one signal: option, signal variable, general variable, default.
 * @throws TypeError naming the option when `url` is given and cannot be used.
 */
export function resolveEndpoint(signal: OtlpSignal, url: unknown): Endpoint {
  if (url !== undefined) {
    const parsed = parse(url instanceof URL ? url.href : url);
    if (typeof parsed === 'string') {
      throw new TypeError(`OTLP exporter option url: ${parsed}; allowed is ${ALLOWED}`);
    }
    return endpointOf(parsed);
  }
  return (
    fromVariable(SIGNAL_VARIABLES[signal], (base) => base) ??
    fromVariable('OTEL_EXPORTER_OTLP_ENDPOINT', (base) => withSignalPath(base, signal)) ??
    endpointOf(withSignalPath(new URL(DEFAULT_BASE), signal))
  );
}

/** An endpoint that is used as it is written, or in one clause why the value is none. */
export function parseEndpoint(value: unknown): Endpoint | string {
  const parsed = parse(value instanceof URL ? value.href : value);
  return typeof parsed === 'string' ? parsed : endpointOf(parsed);
}

type EndpointVariable = (typeof SIGNAL_VARIABLES)[OtlpSignal] | 'OTEL_EXPORTER_OTLP_ENDPOINT';

function fromVariable(name: EndpointVariable, complete: (base: URL) => URL): Endpoint | undefined {
  const text = readEnvIfSet(name);
  if (text === undefined) return undefined;
  const parsed = parse(text.trim());
  if (typeof parsed !== 'string') return endpointOf(complete(parsed));
  report('warn', 'env_invalid', `${name}: ${parsed}; it is ignored; allowed is ${ALLOWED}`);
  return undefined;
}

/** The URL, or in one clause why it is none. */
function parse(value: unknown): URL | string {
  if (typeof value !== 'string') return `${shown(value)} given`;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return `${shownEndpoint(value)} is not a URL`;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `${shownEndpoint(value)} has the scheme ${shown(url.protocol)}`;
  }
  return url;
}

function withSignalPath(base: URL, signal: OtlpSignal): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname}${url.pathname.endsWith('/') ? '' : '/'}v1/${signal}`;
  return url;
}

function endpointOf(given: URL): Endpoint {
  const url = new URL(given);
  const authorization = basicAuthorization(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url: url.href, authorization, printable: `${url.origin}${url.pathname}` };
}

/** A value that could not be parsed may still hold credentials before an `@`, or a key in a query. */
export function shownEndpoint(text: string): string {
  const safe = text.replace(/\/\/[^/]*@/, '//[not shown]@').replace(/\?.*$/s, '?[not shown]');
  return shown(safe);
}
