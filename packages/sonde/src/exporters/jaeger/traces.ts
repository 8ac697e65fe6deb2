/** JaegerExporter: spans to Jaeger by its own protocols (trace/sdk_exporters/jaeger.md of version 1.54). */

import { resolveDelivery, resolveHttpDelivery } from '../../otlp/delivery-options.ts';
import { OtlpExporter, type OtlpWay } from '../../otlp/exporter.ts';
import { openWay } from '../../otlp/sink.ts';
import { type Endpoint, parseEndpoint } from '../../otlp/transport/endpoint.ts';
import { openGrpcTransport } from '../../otlp/transport/grpc.ts';
import type { GrpcEndpoint } from '../../otlp/transport/grpc-endpoint.ts';
import { checkHeaders } from '../../otlp/transport/headers.ts';
import type { HttpDialect } from '../../otlp/transport/http.ts';
import type { Transport } from '../../otlp/transport/send.ts';
import { readEnv } from '../../sdk/common/environment.ts';
import { bare } from '../../sdk/common/host-address.ts';
import { proxyOf } from '../../sdk/common/http-proxy.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import { SDK_VERSION } from '../../sdk/common/sdk-info.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { spanTally } from '../delivery-options.ts';
import { interpretStatus } from '../receiver-answer.ts';
import { openReceiverTransport, receiverEndpoint } from '../receiver-transport.ts';
import { grpcCodec } from './encode-grpc.ts';
import { type JaegerProcess, thriftCodec } from './encode-thrift.ts';
import {
  type JaegerExporterOptions,
  resolveAgent,
  resolveCredentials,
  resolvePacketSize,
  resolvePort,
  resolveProtocol,
  resolveTags,
} from './options.ts';
import { ThriftBinaryWriter } from './thrift-binary.ts';
import { ThriftCompactWriter } from './thrift-compact.ts';
import { openUdpTransport } from './udp.ts';

const OWNER = 'Jaeger exporter';
const USER_AGENT = `Sonde-Jaeger-Exporter/${SDK_VERSION}`;

const HTTP_ALLOWED =
  'an absolute URL with the scheme http or https, such as http://localhost:14268/api/traces';
const GRPC_ALLOWED = 'an absolute URL with the scheme http or https, such as http://localhost:14250';
const HTTP_DEFAULT = 'http://localhost:14268/api/traces';
const GRPC_DEFAULT = 'http://localhost:14250';
const GRPC_PORT = 14_250;

/** What may be done about a status that usually means a wrong setting. */
const HINTS: Readonly<Record<number, string>> = {
  400: 'the collector could not read the spans',
  401: 'the collector wants credentials: see the options `username` and `password`',
  403: 'the collector refuses these credentials: see the options `username` and `password`',
  404: 'nothing is served at this path: Jaeger takes spans at /api/traces',
  405: 'this path does not take a POST: Jaeger takes spans at /api/traces',
  413: 'the request is too large for the collector: see the option `maxRequestBytes`',
};

const DIALECT: HttpDialect = {
  contentType: 'application/x-thrift',
  interpret: (answer, maxResponseBytes, nowMillis) =>
    interpretStatus(answer, maxResponseBytes, nowMillis, HINTS),
  portHint: () => 'is this the port of a Jaeger collector (14268 by default)?',
};

/** Requests under way at once; datagrams are handed to the system one after the other. */
const UDP_CONCURRENCY = 4;

/**
 * Sends spans to Jaeger: to its collector by Thrift over HTTP or by gRPC, to its agent by datagrams. Delivered as OTLP is:
 * several requests in flight, kept and sent again while the collector is away, sent when the process ends. Of datagrams
 * nobody knows whether they arrived. Jaeger takes OTLP itself since 1.35, which is the better way where it is open.
 */
export class JaegerExporter extends OtlpExporter<ReadableSpan> {
  /** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
  constructor(options: JaegerExporterOptions = {}) {
    super(openJaegerSink(options), OWNER);
  }
}

/** The options that no check by name sees, or none for every protocol. */
const UNCHECKED: readonly (keyof JaegerExporterOptions)[] = [
  'endpoint',
  'headers',
  'host',
  'httpAgentOptions',
  'meterProvider',
  'password',
  'tags',
];

function openJaegerSink(given: JaegerExporterOptions): OtlpWay<ReadableSpan> {
  const checks = new OptionChecks(OWNER, given);
  const source: JaegerProcess = {
    serviceName: checks.text('serviceName'),
    tags: resolveTags(checks, given),
  };
  const port = resolvePort(checks);
  const protocol = resolveProtocol(checks, given, port);
  // Checked whatever the protocol is: a wrong option is wrong today, not when the protocol changes.
  const packetSize = resolvePacketSize(checks);
  const http = resolveHttpDelivery(checks, given.httpAgentOptions);
  const headers = headersOf(checks, given);
  const isUdp = protocol === 'udp/thrift.compact' || protocol === 'udp/thrift.binary';
  const timeout = (): number => readEnv('OTEL_EXPORTER_JAEGER_TIMEOUT');
  const delivery = resolveDelivery(checks, timeout, isUdp ? UDP_CONCURRENCY : undefined);
  checks.finish(...UNCHECKED);
  if (isUdp) {
    const isCompact = protocol === 'udp/thrift.compact';
    const agent = resolveAgent(checks, port, isCompact);
    const writer = isCompact ? new ThriftCompactWriter() : new ThriftBinaryWriter();
    const codec = thriftCodec(source, { writer, isCall: true, maxBytes: packetSize });
    const transport = openUdpTransport(agent.host, agent.port);
    const tally = spanTally('jaeger_udp_span_exporter', transport.destination, given);
    return openWay(codec, transport, {
      ...delivery,
      maxRequestBytes: packetSize,
      limitName: 'maxPacketSize',
      tally,
    });
  }
  const isGrpc = protocol === 'grpc';
  const endpoint = endpointOf(given, isGrpc);
  const transport = isGrpc
    ? openGrpc(endpoint, headers, http)
    : openReceiverTransport(
        {
          endpoint,
          dialect: DIALECT,
          headers,
          userAgent: USER_AGENT,
          maxConnections: delivery.concurrencyLimit,
        },
        http,
      );
  const codec = isGrpc
    ? grpcCodec(source)
    : thriftCodec(source, {
        writer: new ThriftBinaryWriter(),
        isCall: false,
        maxBytes: Number.POSITIVE_INFINITY,
      });
  const tally = spanTally(`jaeger_${isGrpc ? 'grpc' : 'http'}_span_exporter`, endpoint.url, given);
  return openWay(codec, transport, { ...delivery, tally });
}

function headersOf(
  checks: OptionChecks<JaegerExporterOptions>,
  given: JaegerExporterOptions,
): Readonly<Record<string, string>> {
  const authorization = resolveCredentials(checks, given);
  return {
    ...(authorization === undefined ? undefined : { authorization }),
    ...(given.headers === undefined ? undefined : checkHeaders(given.headers, OWNER)),
  };
}

function endpointOf(given: JaegerExporterOptions, isGrpc: boolean): Endpoint {
  const allowed = isGrpc ? GRPC_ALLOWED : HTTP_ALLOWED;
  return (
    receiverEndpoint(OWNER, ['endpoint', given.endpoint], 'OTEL_EXPORTER_JAEGER_ENDPOINT', allowed) ??
    (parseEndpoint(isGrpc ? GRPC_DEFAULT : HTTP_DEFAULT) as Endpoint)
  );
}

function openGrpc(
  { url, authorization, printable }: Endpoint,
  headers: Readonly<Record<string, string>>,
  http: ReturnType<typeof resolveHttpDelivery>,
): Transport {
  const { hostname, port, protocol } = new URL(url);
  const endpoint: GrpcEndpoint = {
    host: bare(hostname),
    port: port === '' ? GRPC_PORT : Number(port),
    socketPath: undefined,
    secure: protocol === 'https:',
    authority: `${hostname}:${port === '' ? GRPC_PORT : port}`,
    authorization,
    printable: printable.replace(/\/$/, ''),
  };
  return openGrpcTransport({
    signal: 'traces',
    path: '/jaeger.api_v2.CollectorService/PostSpans',
    portHint: 'is this the port of a Jaeger collector (14250 by default for gRPC)?',
    endpoint,
    headers,
    userAgent: USER_AGENT,
    maxResponseBytes: http.maxResponseBytes,
    keepAlive: http.keepAlive,
    tls: http.agentOptions,
    proxy: proxyOf(endpoint),
  });
}
