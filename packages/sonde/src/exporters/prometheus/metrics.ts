/** PrometheusExporter: a reader that collects when it is scraped (specification: metrics/sdk_exporters/prometheus.md). */
import {
  gzip,
  type HttpServer,
  now,
  openClusterLink,
  openHttpServer,
  type ServerRequest,
  type ServerResponse,
} from '#platform';
import { messageOf } from '../../internal/shown.ts';
import { report, reportOnce } from '../../sdk/common/diagnostics.ts';
import { ExporterTally } from '../../sdk/common/exporter-tally.ts';
import { DATA_POINTS } from '../../sdk/common/self-metrics.ts';
import { withTracingSuppressed } from '../../sdk/common/suppress-tracing.ts';
import { DEFAULT_COLLECTION_TIMEOUT_MILLIS } from '../../sdk/metrics/limits.ts';
import { AggregationTemporality, type ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { MetricReader } from '../../sdk/metrics/reader.ts';
import { pointCount } from '../../sdk/metrics/split-batch.ts';
import { acceptsGzip, type ExpositionFormat, negotiate } from './accept.ts';
import { ClusterScrapes } from './cluster.ts';
import { DeltaAccumulator } from './delta.ts';
import { Exposition } from './exposition.ts';
import { type PrometheusExporterOptions, type SettledPrometheusOptions, settleOptions } from './options.ts';

/** A server takes the absolute form of a target too, as proxies send it (RFC 9112, section 3.2.2). */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Prometheus says with each scrape how many seconds it waits for the answer. */
const SCRAPE_TIMEOUT = 'x-prometheus-scrape-timeout-seconds';

/** What is left of that time for the answer when a collection ends because it took too long, in milliseconds. */
const ANSWER_MILLIS = 500;

/** One collection, and the bodies that were made of it: scrapers that come together share them. */
class Scrape {
  readonly metrics: ResourceMetrics;
  readonly #exposition: Exposition;
  readonly #bodies = new Map<string, Promise<Uint8Array>>();

  constructor(metrics: ResourceMetrics, exposition: Exposition) {
    this.metrics = metrics;
    this.#exposition = exposition;
  }

  body(format: ExpositionFormat, isPacked: boolean): Promise<Uint8Array> {
    const key = `${isPacked} ${format.contentType}`;
    let body = this.#bodies.get(key);
    if (body === undefined) {
      body = isPacked ? this.#packed(format) : this.#plain(format);
      this.#bodies.set(key, body);
    }
    return body;
  }

  async #plain(format: ExpositionFormat): Promise<Uint8Array> {
    return this.#exposition.body(this.metrics, format);
  }

  async #packed(format: ExpositionFormat): Promise<Uint8Array> {
    const pieces = await gzip([await this.body(format, false)]);
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
    let offset = 0;
    for (const piece of pieces) {
      whole.set(piece, offset);
      offset += piece.byteLength;
    }
    return whole;
  }
}

/**
 * Serves metrics to Prometheus on `http://localhost:9464/metrics`: text, OpenMetrics with exemplars, or protobuf with
 * native histograms, as the scraper asks. Give it to a MeterProvider: `new MeterProvider({ readers: [exporter] })`.
 * In a server of one's own: `preventServerStart: true`, and `getMetricsRequestHandler` as the handler of a route.
 */
export class PrometheusExporter extends MetricReader {
  /** What the official exporter has under this name. */
  static readonly DEFAULT_OPTIONS: Readonly<Record<string, unknown>> = {
    host: 'localhost',
    port: 9464,
    endpoint: '/metrics',
    prefix: '',
    appendTimestamp: false,
    withResourceConstantLabels: undefined,
    withoutTargetInfo: false,
    withoutScopeInfo: false,
  };

  readonly #options: SettledPrometheusOptions;
  readonly #exposition: Exposition;
  readonly #deltas = new DeltaAccumulator();
  readonly #tally: ExporterTally;
  #cluster: ClusterScrapes | undefined;
  #server: HttpServer | undefined;
  #starting: Promise<void> | undefined;
  #scraping: Promise<Scrape> | undefined;
  #isEnded = false;

  /**
   * Starts the server, unless `preventServerStart` is set; a port in use is said and given to `callback`, not thrown.
   * @throws TypeError for a wrong option, naming it, what was given and what is allowed
   */
  constructor(options: PrometheusExporterOptions = {}, callback: (error?: Error) => void = () => {}) {
    const settled = settleOptions(options);
    const { aggregationSelector, cardinalitySelector, metricProducers, metricFilter } = options;
    super({
      aggregationSelector,
      cardinalitySelector,
      aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
      metricProducers,
      metricFilter,
      otelComponentType: 'prometheus_http_text_metric_exporter',
    });
    this.getMetricsRequestHandler = this.getMetricsRequestHandler.bind(this);
    this.#options = settled;
    this.#exposition = new Exposition(settled.exposition);
    const type = 'prometheus_http_text_metric_exporter';
    this.#tally = new ExporterTally({ kind: DATA_POINTS, type, meterProvider: undefined });
    this.#openCluster();
    const tell = (error?: Error): void => {
      try {
        callback(error);
      } catch (thrown) {
        report('error', 'prometheus_callback', 'The callback of a PrometheusExporter threw', thrown);
      }
    };
    if (settled.preventServerStart) {
      queueMicrotask(tell);
      this.#cluster?.join().catch(() => {});
      return;
    }
    this.startServer().then(
      () => tell(),
      (error: Error & { readonly code?: unknown }) => {
        const remedy =
          error.code === 'EADDRINUSE'
            ? '; the option port, or OTEL_EXPORTER_PROMETHEUS_PORT, takes another port, 0 a free one'
            : '';
        report(
          'error',
          'prometheus_server',
          `PrometheusExporter serves no metrics: ${error.message}${remedy}`,
        );
        tell(error);
      },
    );
  }

  /** The port that the server listens on; undefined while it does not. */
  get port(): number | undefined {
    return this.#server?.port || undefined;
  }

  /**
   * Settles when the server listens. In a cluster's worker for which the primary answers there is none. Rejects where the
   * port is in use or not allowed; may be called again then.
   */
  startServer(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Settles when the server has answered what it was asked and listens no more. */
  async stopServer(): Promise<void> {
    await this.#starting?.catch(() => {});
    this.#starting = undefined;
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }

  /**
   * Answers a scrape: the handler of a route of node:http, Express and kin, as a function too:
   * `app.get('/metrics', exporter.getMetricsRequestHandler)`. Request and response are those of node:http: in Fastify
   * `request.raw` and `reply.raw` after `reply.hijack()`, in Koa `ctx.req` and `ctx.res` with `ctx.respond = false`.
   * Never throws.
   */
  getMetricsRequestHandler(request: ServerRequest, response: ServerResponse): void {
    withTracingSuppressed(() => this.#answer(request, response)).catch((error) => {
      reportOnce('warn', 'prometheus_answer', messageOf(error), 'A scrape could not be answered', error);
    });
  }

  protected override async onShutdown(): Promise<void> {
    this.#tally.close();
    this.#isEnded = true;
    await this.stopServer();
    this.#cluster?.close();
  }

  /** Nothing is held back: a scrape collects. */
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  #openCluster(): void {
    const { cluster, port, endpoint } = this.#options;
    const link = cluster === 'aggregate' ? openClusterLink() : undefined;
    if (link === undefined) return;
    this.#cluster = new ClusterScrapes(link, `${port}${endpoint}`, () => this.#collectOwn());
  }

  async #start(): Promise<void> {
    const { host, port } = this.#options;
    const worker = openClusterLink()?.id ?? 0;
    if (worker > 0 && (await this.#cluster?.join())) return;
    if (this.#isEnded) return;
    const ownPort = worker === 0 || port === 0 ? port : port + worker;
    const handle = (request: ServerRequest, response: ServerResponse): void => this.#serve(request, response);
    const server = openHttpServer({ host, port: ownPort, handle });
    if (server === undefined) throw new Error('this runtime has no servers');
    await server.listen();
    this.#server = server;
    if (worker === 0) return;
    const text = `Prometheus: worker ${worker} serves its own metrics on port ${server.port}`;
    report(
      'info',
      'prometheus_worker',
      `${text}; give the primary a PrometheusExporter to have them in one place`,
    );
  }

  #serve(request: ServerRequest, response: ServerResponse): void {
    const path = (request.url ?? '').replace(ORIGIN, '').split('?', 1)[0];
    if (path === this.#options.endpoint) {
      this.getMetricsRequestHandler(request, response);
      return;
    }
    response.statusCode = 404;
    response.end();
  }

  async #answer(request: ServerRequest, response: ServerResponse): Promise<void> {
    if (typeof response?.setHeader !== 'function') {
      throw new TypeError(
        'the handler takes request and response of node:http: request.raw and reply.raw of Fastify, ctx.req and ctx.res of Koa',
      );
    }
    const method = request.method ?? 'GET';
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(response, 405, 'only GET and HEAD are answered');
      return;
    }
    const began = now();
    let points = 0;
    try {
      const format = negotiate(headerOf(request, 'accept'));
      const isPacked = acceptsGzip(headerOf(request, 'accept-encoding'));
      const scrape = await this.#scrape(timeoutOf(request));
      points = pointCount(scrape.metrics);
      this.#tally.take(points);
      const body = await scrape.body(format, isPacked);
      response.statusCode = 200;
      response.setHeader('Content-Type', format.contentType);
      response.setHeader('Vary', 'Accept, Accept-Encoding');
      if (isPacked) response.setHeader('Content-Encoding', 'gzip');
      response.setHeader('Content-Length', body.byteLength);
      response.end(method === 'HEAD' ? undefined : body);
      this.#tally.succeed(points);
      this.#tally.finish(now() - began, { 'http.response.status_code': 200 }, undefined);
    } catch (error) {
      this.#fail(response, error, points, now() - began);
    }
  }

  /** Before there is a provider, and after the end, there is nothing to collect: that is no error of the server's. */
  #fail(response: ServerResponse, error: unknown, points: number, millis: number): void {
    const status = this.#isEnded ? 503 : 500;
    if (points > 0) this.#tally.fail(points, 'scrape_failed');
    this.#tally.finish(millis, { 'http.response.status_code': status }, 'scrape_failed');
    const message = messageOf(error);
    if (!this.#isEnded) report('warn', 'prometheus_scrape', `A scrape failed: ${message}`, error);
    refuse(
      response,
      status,
      this.#isEnded ? 'the exporter is shut down' : 'the metrics could not be collected',
    );
  }

  /** A scrape that comes while another collects shares what that gets. */
  #scrape(timeoutMillis: number | undefined): Promise<Scrape> {
    this.#scraping ??= this.#collectAll(timeoutMillis).finally(() => {
      this.#scraping = undefined;
    });
    return this.#scraping;
  }

  async #collectAll(timeoutMillis: number | undefined): Promise<Scrape> {
    const own = await this.#collectOwn(timeoutMillis);
    const all = this.#cluster === undefined ? own : await this.#cluster.collectAll(own);
    return new Scrape(all, this.#exposition);
  }

  async #collectOwn(timeoutMillis?: number): Promise<ResourceMetrics> {
    const { resourceMetrics } = await this.collect({ timeoutMillis });
    return this.#deltas.accumulate(resourceMetrics);
  }
}

/** How long callbacks and producers may take for this scraper; undefined where it does not say, which is the default. */
function timeoutOf(request: ServerRequest): number | undefined {
  const millis = Number(headerOf(request, SCRAPE_TIMEOUT)) * 1000;
  if (!(millis > 0)) return undefined;
  return Math.min(DEFAULT_COLLECTION_TIMEOUT_MILLIS, Math.ceil(Math.max(millis / 2, millis - ANSWER_MILLIS)));
}

function headerOf({ headers }: ServerRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(',') : value;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`# ${why}\n`);
}
