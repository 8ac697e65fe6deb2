/**
 * The headers of a request: those of the environment, then those of the code, then ours, which nobody overrides.
 * Names and values are checked before they are used; values are secrets and never part of a message.
 */

import { kindOf, shown } from '../../internal/shown.ts';
import { HEADER_NAME, HEADER_VALUE } from '../../platform/http-fields.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { readEnvIfSet } from '../../sdk/common/environment.ts';
import type { OtlpSignal } from '../signal-codec.ts';

/** Headers that the user gives: fixed, or asked for before each request. */
export type HeadersOption =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** What concerns the message itself and the connection is ours to say. */
const RESERVED: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'accept-encoding',
  'connection',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'user-agent',
]);

const SIGNAL_VARIABLES = {
  traces: 'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  metrics: 'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  logs: 'OTEL_EXPORTER_OTLP_LOGS_HEADERS',
} as const;

/** The headers of the environment; of a name in both variables the signal's own wins. */
export function environmentHeaders(signal: OtlpSignal): Headers {
  return {
    ...fromVariable('OTEL_EXPORTER_OTLP_HEADERS'),
    ...fromVariable(SIGNAL_VARIABLES[signal]),
  };
}

function fromVariable(name: (typeof SIGNAL_VARIABLES)[OtlpSignal] | 'OTEL_EXPORTER_OTLP_HEADERS'): Headers {
  const pairs = readEnvIfSet(name) ?? [];
  const headers: Record<string, string> = Object.create(null);
  for (const [key, value] of pairs) {
    const problem = problemOf(key, value);
    if (problem === undefined) headers[key.toLowerCase()] = value;
    else report('warn', 'env_invalid', `${name}: ${problem}; this header is ignored`);
  }
  return headers;
}

/**
 * Checks headers given in code to `owner`, and returns them with lower-case names.
 * @throws TypeError naming the header and what is wrong with it, never its value.
 */
export function checkHeaders(given: unknown, owner: string = 'OTLP exporter'): Headers {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(
      `${owner} option headers: ${kindOf(given)} given; allowed is an object of strings, or a function that returns one or a promise of one`,
    );
  }
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const problem = problemOf(name, value);
    if (problem !== undefined) throw new TypeError(`${owner} option headers: ${problem}`);
    headers[name.toLowerCase()] = value as string;
  }
  return headers;
}

/** The headers that a Metadata of @grpc/grpc-js holds; bytes, under names in -bin, are base64 on the way. */
export function headersOfMetadata(given: unknown): Headers {
  const { getMap } = (given ?? {}) as { getMap?: unknown };
  if (typeof getMap !== 'function') {
    throw new TypeError(
      'OTLP exporter option metadata: allowed is a Metadata of @grpc/grpc-js; see also headers',
    );
  }
  const entries = Object.entries(getMap.call(given) as Record<string, unknown>);
  const texts = entries.map(([name, value]) => [
    name,
    value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : value,
  ]);
  return checkHeaders(Object.fromEntries(texts));
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!HEADER_NAME.test(name)) return `${shown(name)} is not a header name`;
  if (RESERVED.has(name.toLowerCase())) {
    const instead = name.toLowerCase() === 'user-agent' ? '; see the option userAgent' : '';
    return `${shown(name)} is set by the exporter${instead}`;
  }
  if (typeof value !== 'string')
    return `the value of ${shown(name)} is ${kindOf(value)}; allowed is a string`;
  if (!HEADER_VALUE.test(value))
    return `the value of ${shown(name)} holds a character that a header cannot hold`;
  return undefined;
}
