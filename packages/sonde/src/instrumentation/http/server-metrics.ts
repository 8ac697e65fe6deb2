/**
 * Metrics of HTTP servers (semantic-conventions, docs/http/http-metrics.md, "HTTP server"): `http.server.request.duration`,
 * `http.server.active_requests`, and the sizes of bodies where they are asked for.
 *
 * Nearly all requests of a server have few combinations of method, status and route: their instruments are bound, and a
 * request that is like the one before finds its own by comparing a number and a string.
 */
import type { Context } from '../../api/context/context.ts';
import type {
  BoundCounter,
  BoundRecorder,
  Histogram,
  MetricAttributes,
  UpDownCounter,
} from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';
import { BoundSeries } from '../shared/bound-series.ts';
import { serverFailureOf } from '../shared/error-type.ts';
import { durationHistogram, sizeHistogram } from '../shared/http-duration.ts';

export class HttpServerMetrics {
  readonly duration: Histogram;
  readonly active: UpDownCounter;
  readonly requestSize: Histogram;
  readonly responseSize: Histogram;
  /** Bounded by the known methods, two schemes and the versions that Node's parser takes. */
  readonly #series = new Map<string, ServerSeries[]>();
  /** Those of the request before, which are mostly those of this one. */
  #last: ServerSeries | undefined = undefined;

  constructor(meter: Meter) {
    this.duration = durationHistogram(
      meter,
      'http.server.request.duration',
      'Duration of HTTP server requests.',
    );
    this.active = meter.createUpDownCounter('http.server.active_requests', {
      description: 'Number of active HTTP server requests.',
      unit: '{request}',
    });
    this.requestSize = sizeHistogram(
      meter,
      'http.server.request.body.size',
      'Size of HTTP server request bodies.',
    );
    this.responseSize = sizeHistogram(
      meter,
      'http.server.response.body.size',
      'Size of HTTP server response bodies.',
    );
  }

  /** False when nobody collects: then nothing is counted and the clock not read. */
  isOn(): boolean {
    return this.duration.enabled() || this.active.enabled();
  }

  seriesOf(method: string, isSecure: boolean, version: string): ServerSeries {
    if (this.#last?.isOf(method, isSecure, version) !== true)
      this.#last = this.#find(method, isSecure, version);
    return this.#last!;
  }

  #find(method: string, isSecure: boolean, version: string): ServerSeries {
    let list = this.#series.get(method);
    if (list === undefined) {
      list = [];
      this.#series.set(method, list);
    }
    for (let index = 0; index < list.length; index++) {
      const series = list[index]!;
      if (series.isOf(method, isSecure, version)) return series;
    }
    const series = new ServerSeries(this, method, isSecure, version);
    list.push(series);
    return series;
  }
}

/** The instruments of one method, scheme and version. */
export class ServerSeries {
  readonly method: string;
  readonly isSecure: boolean;
  readonly version: string;
  readonly active: BoundCounter;
  readonly #durations: BoundSeries;
  readonly #requestSizes: BoundSeries;
  readonly #responseSizes: BoundSeries;
  #lastStatus: number | undefined = undefined;
  #lastRoute: string | undefined = undefined;
  #last: BoundRecorder | undefined = undefined;

  constructor(metrics: HttpServerMetrics, method: string, isSecure: boolean, version: string) {
    this.method = method;
    this.isSecure = isSecure;
    this.version = version;
    this.active = metrics.active.bind({
      'http.request.method': method,
      'url.scheme': isSecure ? 'https' : 'http',
    });
    this.#durations = new BoundSeries(metrics.duration);
    this.#requestSizes = new BoundSeries(metrics.requestSize);
    this.#responseSizes = new BoundSeries(metrics.responseSize);
  }

  isOf(method: string, isSecure: boolean, version: string): boolean {
    return this.method === method && this.isSecure === isSecure && this.version === version;
  }

  /** Records a request that is over; `status` is undefined when the connection broke before an answer. */
  recordDuration(
    seconds: number,
    status: number | undefined,
    route: string | undefined,
    context: Context,
  ): void {
    if (this.#last !== undefined && status === this.#lastStatus && route === this.#lastRoute) {
      this.#last.record(seconds, context);
      return;
    }
    const attributes = () => this.#attributesOf(status, route);
    const found = this.#durations.find(keyOf(status, route), attributes);
    if (found === undefined) {
      this.#durations.histogram.record(seconds, attributes(), context);
      return;
    }
    this.#last = found;
    this.#lastStatus = status;
    this.#lastRoute = route;
    found.record(seconds, context);
  }

  recordSizes(
    request: number | undefined,
    response: number | undefined,
    status: number | undefined,
    route: string | undefined,
    context: Context,
  ): void {
    const key = keyOf(status, route);
    const attributes = () => this.#attributesOf(status, route);
    if (request !== undefined) this.#requestSizes.record(request, key, attributes, context);
    if (response !== undefined) this.#responseSizes.record(response, key, attributes, context);
  }

  #attributesOf(status: number | undefined, route: string | undefined): MetricAttributes {
    const attributes: MetricAttributes = {
      'http.request.method': this.method,
      'url.scheme': this.isSecure ? 'https' : 'http',
      'network.protocol.version': this.version,
    };
    if (status !== undefined) attributes['http.response.status_code'] = status;
    if (route !== undefined) attributes['http.route'] = route;
    const failure = serverFailureOf(status);
    if (failure !== undefined) attributes['error.type'] = failure;
    return attributes;
  }
}

function keyOf(status: number | undefined, route: string | undefined): string {
  return `${status} ${route ?? ''}`;
}
