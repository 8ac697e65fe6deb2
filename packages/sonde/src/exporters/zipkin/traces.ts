/** ZipkinExporter: spans to a Zipkin server over HTTP (specification: trace/sdk_exporters/zipkin.md). */

import { resolveDelivery, resolveHttpDelivery } from '../../otlp/delivery-options.ts';
import { OtlpExporter, type OtlpWay } from '../../otlp/exporter.ts';
import { openWay } from '../../otlp/sink.ts';
import { type Endpoint, parseEndpoint } from '../../otlp/transport/endpoint.ts';
import { checkHeaders, type Headers } from '../../otlp/transport/headers.ts';
import type { HttpDialect } from '../../otlp/transport/http.ts';
import { readEnv } from '../../sdk/common/environment.ts';
import { ENVIRONMENT } from '../../sdk/common/environment-table.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import { SDK_VERSION } from '../../sdk/common/sdk-info.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { type HttpDeliveryOptions, spanTally } from '../delivery-options.ts';
import { interpretStatus } from '../receiver-answer.ts';
import { openReceiverTransport, receiverEndpoint } from '../receiver-transport.ts';
import { STATUS_CODE_TAG } from '../span-parts.ts';
import { zipkinCodec } from './encode.ts';

/** Options of `ZipkinExporter`; what is not given comes from the environment, then from the defaults. */
export interface ZipkinExporterOptions extends HttpDeliveryOptions {
  /**
   * The URL to POST to, used as it is; a `URL` will do. Default `http://localhost:9411/api/v2/spans`, or
   * OTEL_EXPORTER_ZIPKIN_ENDPOINT. Credentials in it are sent as an Authorization header and never shown.
   */
  url?: string | { readonly href: string } | undefined;
  /** Headers for every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Asked before each request for further headers, which win over `headers`. */
  getExportRequestHeaders?: (() => Readonly<Record<string, string>> | undefined) | undefined;
  /** The name of the service in place of the resource's `service.name`. Default: that of the resource. */
  serviceName?: string | undefined;
  /** The tag that holds the status, `OK` or `ERROR`. Default `otel.status_code`. */
  statusCodeTagName?: string | undefined;
  /** The tag that marks a failed span and holds what its status says. Default `error`. */
  statusErrorTagName?: string | undefined;
  /** The official exporter's older name of `statusErrorTagName`, which wins over it. */
  statusDescriptionTagName?: string | undefined;
  /** Default `none`; a Zipkin server takes both. */
  compression?: 'gzip' | 'none' | undefined;
  /** Milliseconds for one attempt; 0 is no limit. Default 10,000, or OTEL_EXPORTER_ZIPKIN_TIMEOUT. */
  timeoutMillis?: number | undefined;
}

const OWNER = 'Zipkin exporter';

const ALLOWED = 'an absolute URL with the scheme http or https, such as http://localhost:9411/api/v2/spans';

/** What may be done about a status that usually means a wrong setting. */
const HINTS: Readonly<Record<number, string>> = {
  400: 'the server could not read the spans',
  401: 'the server wants credentials: see the option `headers`',
  403: 'the server refuses these credentials: see the option `headers`',
  404: 'nothing is served at this path: Zipkin takes spans at /api/v2/spans',
  405: 'this path does not take a POST: Zipkin takes spans at /api/v2/spans',
  413: 'the request is too large for the server: see the option `maxRequestBytes`',
  415: 'the server does not take this encoding: see the option `compression`',
};

const DIALECT: HttpDialect = {
  contentType: 'application/json',
  interpret: (answer, maxResponseBytes, nowMillis) =>
    interpretStatus(answer, maxResponseBytes, nowMillis, HINTS),
  portHint: () => 'is this the port of a Zipkin server (9411 by default)?',
};

/**
 * Sends spans to a Zipkin server, as v2 JSON: `new BatchSpanProcessor({ exporter: new ZipkinExporter() })`. Delivered
 * as OTLP is: several requests in flight, kept and sent again while the server is away, sent when the process ends. The
 * specification calls it deprecated: Zipkin can be given OTLP through its module zipkin-otel or a Collector.
 */
export class ZipkinExporter extends OtlpExporter<ReadableSpan> {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: ZipkinExporterOptions = {}) {
    super(openZipkinSink(options), OWNER);
  }
}

function openZipkinSink(given: ZipkinExporterOptions): OtlpWay<ReadableSpan> {
  const checks = new OptionChecks(OWNER, given);
  const codec = zipkinCodec({
    serviceName: checks.text('serviceName'),
    statusCodeTagName: checks.text('statusCodeTagName') ?? STATUS_CODE_TAG,
    statusErrorTagName:
      checks.text('statusDescriptionTagName') ?? checks.text('statusErrorTagName') ?? 'error',
  });
  const delivery = resolveDelivery(checks, () => readEnv('OTEL_EXPORTER_ZIPKIN_TIMEOUT'));
  const compression = checks.oneOf('compression', ['gzip', 'none']);
  const name = 'OTEL_EXPORTER_ZIPKIN_ENDPOINT';
  const endpoint =
    receiverEndpoint(OWNER, ['url', given.url], name, ALLOWED) ??
    (parseEndpoint(ENVIRONMENT[name].default) as Endpoint);
  const receiver = {
    endpoint,
    dialect: DIALECT,
    headers: given.headers === undefined ? {} : checkHeaders(given.headers, OWNER),
    dynamicHeaders: headersFunction(checks, given.getExportRequestHeaders),
    userAgent: `Sonde-Zipkin-Exporter/${SDK_VERSION}`,
    maxConnections: delivery.concurrencyLimit,
  };
  const transport = openReceiverTransport(receiver, resolveHttpDelivery(checks, given.httpAgentOptions));
  const tally = spanTally('zipkin_http_span_exporter', endpoint.url, given);
  checks.finish('url', 'headers', 'getExportRequestHeaders', 'httpAgentOptions', 'meterProvider');
  return openWay(codec, transport, { ...delivery, compression, tally });
}

function headersFunction(
  checks: OptionChecks<ZipkinExporterOptions>,
  given: unknown,
): (() => Headers) | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'function') {
    throw checks.wrong('getExportRequestHeaders', given, 'a function that returns an object of strings');
  }
  return () => (given() ?? {}) as Headers;
}
