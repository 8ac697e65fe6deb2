/**
 * Metrics of HTTP clients, for node:http and undici alike (semantic-conventions, docs/http/http-metrics.md, "HTTP client"):
 * `http.client.request.duration`, and the sizes of bodies where they are asked for.
 */
import type { Context } from '../../api/context/context.ts';
import type { MetricAttributes } from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';
import { BoundSeries } from './bound-series.ts';
import { durationHistogram, sizeHistogram } from './http-duration.ts';

/** One exchange that is over. */
export interface ClientOutcome {
  readonly method: string;
  readonly address: string;
  readonly port: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly version: string | undefined;
  /** Undefined when nothing went wrong. */
  readonly errorType: string | undefined;
  readonly seconds: number;
  /** Undefined where nobody asked for it, or nobody knows. */
  readonly requestSize: number | undefined;
  readonly responseSize: number | undefined;
}

export class HttpClientMetrics {
  readonly #duration: BoundSeries;
  readonly #requestSize: BoundSeries;
  readonly #responseSize: BoundSeries;

  constructor(meter: Meter) {
    const histogram = durationHistogram(
      meter,
      'http.client.request.duration',
      'Duration of HTTP client requests.',
    );
    this.#duration = new BoundSeries(histogram);
    const size = (part: string) =>
      new BoundSeries(
        sizeHistogram(meter, `http.client.${part}.body.size`, `Size of HTTP client ${part} bodies.`),
      );
    this.#requestSize = size('request');
    this.#responseSize = size('response');
  }

  /** False when nobody collects: then the clock need not be read. */
  isOn(): boolean {
    return this.#duration.histogram.enabled();
  }

  record(outcome: ClientOutcome, context: Context): void {
    const { method, address, port, status, version, errorType, requestSize, responseSize } = outcome;
    const key = `${method} ${status} ${version} ${port} ${address} ${errorType}`;
    const attributes = () => attributesOf(outcome);
    this.#duration.record(outcome.seconds, key, attributes, context);
    if (requestSize !== undefined) this.#requestSize.record(requestSize, key, attributes, context);
    if (responseSize !== undefined) this.#responseSize.record(responseSize, key, attributes, context);
  }
}

function attributesOf({
  method,
  address,
  port,
  status,
  version,
  errorType,
}: ClientOutcome): MetricAttributes {
  const attributes: MetricAttributes = {
    'http.request.method': method,
    'server.address': address,
    'server.port': port,
  };
  if (status !== undefined) attributes['http.response.status_code'] = status;
  if (version !== undefined) attributes['network.protocol.version'] = version;
  if (errorType !== undefined) attributes['error.type'] = errorType;
  return attributes;
}
