/** Over HTTP to a receiver other than OTLP's: its dialect, and what of delivery all of them share. */

import type { HttpDelivery } from '../otlp/delivery-options.ts';
import { type Endpoint, parseEndpoint } from '../otlp/transport/endpoint.ts';
import type { Headers } from '../otlp/transport/headers.ts';
import { type HttpDialect, openHttpTransport } from '../otlp/transport/http.ts';
import type { Transport } from '../otlp/transport/send.ts';
import { report } from '../sdk/common/diagnostics.ts';
import { readEnvIfSet } from '../sdk/common/environment.ts';
import type { EnvironmentName } from '../sdk/common/environment-table.ts';
import { proxyOf } from '../sdk/common/http-proxy.ts';

export interface ReceiverOptions {
  readonly endpoint: Endpoint;
  readonly dialect: HttpDialect;
  readonly headers: Headers;
  readonly dynamicHeaders?: (() => Headers) | undefined;
  readonly userAgent: string;
  readonly maxConnections: number;
}

/** The proxy is the one that the environment names for the endpoint, unless the agent is the application's own. */
export function openReceiverTransport(options: ReceiverOptions, http: HttpDelivery): Transport {
  const { hostname, port, protocol } = new URL(options.endpoint.url);
  const secure = protocol === 'https:';
  const target = { host: hostname, port: port === '' ? (secure ? 443 : 80) : Number(port), secure };
  return openHttpTransport({
    ...options,
    ...http,
    encoding: 'json',
    proxy: http.agentFactory === undefined ? proxyOf(target) : undefined,
  });
}

/**
 * The endpoint that an option or, after it, a variable names; undefined where neither does.
 * @throws TypeError naming `owner` and the option when its value cannot be used; a variable's is said and ignored
 */
export function receiverEndpoint(
  owner: string,
  [option, given]: readonly [name: string, value: unknown],
  variable: EnvironmentName,
  allowed: string,
): Endpoint | undefined {
  if (given !== undefined) {
    const endpoint = parseEndpoint(given);
    if (typeof endpoint !== 'string') return endpoint;
    throw new TypeError(`${owner} option ${option}: ${endpoint}; allowed is ${allowed}`);
  }
  const text = readEnvIfSet(variable);
  if (typeof text !== 'string') return undefined;
  const endpoint = parseEndpoint(text.trim());
  if (typeof endpoint !== 'string') return endpoint;
  report('warn', 'env_invalid', `${variable}: ${endpoint}; it is ignored; allowed is ${allowed}`);
  return undefined;
}
