/** What is said of delivery: the same options, bounds and defaults for every exporter that sends through the send buffer. */
import type { OptionChecks } from '../sdk/common/option-checks.ts';
import type { OTLPExporterOptions, ResolvedOptions } from './options.ts';

const MEBIBYTE = 1_048_576;
const MAX_INT32 = 2 ** 31 - 1;
/** Requests in flight, as the official exporters have it. */
const USUAL_CONCURRENCY = 30;

/** How an exporter delivers, with every default filled in. */
export type Delivery = Pick<
  ResolvedOptions,
  | 'timeoutMillis'
  | 'concurrencyLimit'
  | 'maxRequestBytes'
  | 'maxBufferBytes'
  | 'maxRetryAgeMillis'
  | 'retry'
  | 'waitOnShutdown'
>;

/**
 * @param timeout what holds where none is given in code
 * @throws TypeError for a wrong option
 */
export function resolveDelivery(
  checks: OptionChecks<Pick<OTLPExporterOptions, keyof Delivery>>,
  timeout: () => number,
  concurrency: number = USUAL_CONCURRENCY,
): Delivery {
  return {
    timeoutMillis: checks.whole('timeoutMillis', 0, MAX_INT32) ?? timeout(),
    concurrencyLimit: checks.whole('concurrencyLimit', 1, 10_000) ?? concurrency,
    maxRequestBytes: checks.whole('maxRequestBytes', 1, MAX_INT32) ?? 64 * MEBIBYTE,
    maxBufferBytes: checks.whole('maxBufferBytes', 0, Number.MAX_SAFE_INTEGER) ?? 64 * MEBIBYTE,
    maxRetryAgeMillis: checks.whole('maxRetryAgeMillis', 0, MAX_INT32) ?? 300_000,
    retry: checks.oneOf('retry', ['persistent', 'spec']) ?? 'persistent',
    waitOnShutdown: checks.flag('waitOnShutdown') ?? true,
  };
}

/** What an HTTP client is opened with. */
export type HttpDelivery = Pick<
  ResolvedOptions,
  'keepAlive' | 'maxResponseBytes' | 'agentOptions' | 'agentFactory'
>;

/** @throws TypeError for a wrong option */
export function resolveHttpDelivery(
  checks: OptionChecks<Pick<OTLPExporterOptions, 'keepAlive' | 'maxResponseBytes' | 'httpAgentOptions'>>,
  agent: unknown,
): HttpDelivery {
  const isFactory = typeof agent === 'function';
  if (agent !== undefined && !isFactory && (typeof agent !== 'object' || agent === null)) {
    const allowed = 'an object of agent options, or a function that returns an agent';
    throw checks.wrong('httpAgentOptions', agent, allowed);
  }
  return {
    keepAlive: checks.flag('keepAlive') ?? true,
    maxResponseBytes: checks.whole('maxResponseBytes', 1, MAX_INT32) ?? 4 * MEBIBYTE,
    agentOptions: isFactory ? undefined : (agent as HttpDelivery['agentOptions']),
    agentFactory: isFactory ? (agent as HttpDelivery['agentFactory']) : undefined,
  };
}
