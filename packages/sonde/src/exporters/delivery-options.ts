/**
 * The options of delivery that all exporters to a receiver share, with OTLP's names, defaults and bounds: they send through
 * the same buffer.
 */

import type { OTLPExporterOptions } from '../otlp/options.ts';
import { serverOf } from '../otlp/self-description.ts';
import type { SinkOptions } from '../otlp/sink.ts';
import { ExporterTally } from '../sdk/common/exporter-tally.ts';
import type { OptionChecks } from '../sdk/common/option-checks.ts';
import { SPAN_RECORDS } from '../sdk/common/self-metrics.ts';

/** How an exporter delivers: the options of the OTLP exporters of the same names. */
export interface DeliveryOptions
  extends Pick<
    OTLPExporterOptions,
    | 'concurrencyLimit'
    | 'maxRequestBytes'
    | 'maxBufferBytes'
    | 'maxRetryAgeMillis'
    | 'retry'
    | 'waitOnShutdown'
    | 'meterProvider'
  > {
  /** Milliseconds for one attempt, and for the answer to a caller of `export`; 0 is no limit. Default 10,000. */
  timeoutMillis?: number | undefined;
}

/** Where a receiver is reached over HTTP: the options of the OTLP exporters of the same names. */
export interface HttpDeliveryOptions
  extends DeliveryOptions,
    Pick<OTLPExporterOptions, 'keepAlive' | 'httpAgentOptions' | 'maxResponseBytes'> {}

const MEBIBYTE = 1_048_576;
const MAX_INT32 = 2 ** 31 - 1;

/** @throws TypeError for a wrong option */
export function resolveDelivery(
  checks: OptionChecks,
  given: DeliveryOptions,
  defaults: { readonly timeoutMillis: number; readonly concurrencyLimit?: number },
): Omit<SinkOptions, 'tally'> {
  const whole = checks.whole.bind(checks);
  return {
    timeoutMillis: whole('timeoutMillis', given.timeoutMillis, 0, MAX_INT32) ?? defaults.timeoutMillis,
    concurrencyLimit:
      whole('concurrencyLimit', given.concurrencyLimit, 1, 10_000) ?? defaults.concurrencyLimit ?? 30,
    maxRequestBytes: whole('maxRequestBytes', given.maxRequestBytes, 1, MAX_INT32) ?? 64 * MEBIBYTE,
    maxBufferBytes:
      whole('maxBufferBytes', given.maxBufferBytes, 0, Number.MAX_SAFE_INTEGER) ?? 64 * MEBIBYTE,
    maxRetryAgeMillis: whole('maxRetryAgeMillis', given.maxRetryAgeMillis, 0, MAX_INT32) ?? 300_000,
    retry: checks.oneOf('retry', given.retry, ['persistent', 'spec']) ?? 'persistent',
    waitOnShutdown: checks.flag('waitOnShutdown', given.waitOnShutdown) ?? true,
  };
}

/** What an HTTP client is opened with. */
export interface HttpDelivery {
  readonly keepAlive: boolean;
  readonly maxResponseBytes: number;
  readonly agentOptions: Readonly<Record<string, unknown>> | undefined;
  readonly agentFactory: ((protocol: string) => unknown) | undefined;
}

/** @throws TypeError for a wrong option */
export function resolveHttpDelivery(checks: OptionChecks, given: HttpDeliveryOptions): HttpDelivery {
  const agent: unknown = given.httpAgentOptions;
  const isFactory = typeof agent === 'function';
  if (agent !== undefined && !isFactory && (typeof agent !== 'object' || agent === null)) {
    throw checks.wrong(
      'httpAgentOptions',
      agent,
      'an object of agent options, or a function that returns an agent',
    );
  }
  return {
    keepAlive: checks.flag('keepAlive', given.keepAlive) ?? true,
    maxResponseBytes: checks.whole('maxResponseBytes', given.maxResponseBytes, 1, MAX_INT32) ?? 4 * MEBIBYTE,
    agentOptions: isFactory ? undefined : (agent as HttpDelivery['agentOptions']),
    agentFactory: isFactory ? (agent as HttpDelivery['agentFactory']) : undefined,
  };
}

/** The exporter's books in the SDK's own metrics. @param type its `otel.component.type` */
export function spanTally(type: string, url: string, { meterProvider }: DeliveryOptions): ExporterTally {
  return new ExporterTally({ kind: SPAN_RECORDS, type, meterProvider }, serverOf(url));
}
