/**
 * OTLP over gRPC: metadata around the platform's one unary call, and what came back read as the protocol specification
 * says. Of a signal it knows the name of its service, nothing else.
 */
import { type ExitAnswer, now, openGrpcClient } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import type { ProxyServer, TlsSettings } from '../../platform/connection.ts';
import type { GrpcAnswer, GrpcClient } from '../../platform/grpc-client.ts';
import type { HttpFailure } from '../../platform/http-client.ts';
import type { OtlpSignal } from '../signal-codec.ts';
import { interpretGrpcAnswer } from './grpc-answer.ts';
import type { GrpcEndpoint } from './grpc-endpoint.ts';
import { type HeaderFunction, HeaderSource, remainingTimeout } from './header-source.ts';
import type { Headers } from './headers.ts';
import type { RequestDescription, SendRequest, SendResult, Transport } from './send.ts';

export interface GrpcTransportOptions {
  readonly signal: OtlpSignal;
  /** `/package.Service/Method` of another protocol than OTLP's. */
  readonly path?: string | undefined;
  /** What to say to somebody at whose port something else seems to be served, in place of OTLP's words. */
  readonly portHint?: string | undefined;
  readonly endpoint: GrpcEndpoint;
  /** Metadata that never changes. */
  readonly headers: Headers;
  /** Metadata asked for before each call; it wins over the fixed. */
  readonly dynamicHeaders?: HeaderFunction | undefined;
  readonly userAgent: string;
  readonly maxResponseBytes: number;
  readonly keepAlive: boolean;
  readonly tls?: TlsSettings | undefined;
  readonly proxy?: ProxyServer | undefined;
}

const PATHS: Readonly<Record<OtlpSignal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

export function openGrpcTransport(options: GrpcTransportOptions): Transport {
  return new GrpcTransport(options);
}

class GrpcTransport implements Transport {
  readonly destination: string;
  readonly #options: GrpcTransportOptions;
  readonly #tls: TlsSettings | undefined;
  readonly #client: GrpcClient;
  readonly #path: string;
  readonly #source: HeaderSource;

  constructor(options: GrpcTransportOptions) {
    const { endpoint, proxy, maxResponseBytes, keepAlive } = options;
    this.#options = options;
    this.#path = options.path ?? PATHS[options.signal];
    this.destination = endpoint.printable;
    this.#tls = endpoint.secure ? (options.tls ?? {}) : undefined;
    this.#client = openGrpcClient({ ...endpoint, tls: this.#tls, proxy, maxResponseBytes, keepAlive });
    this.#source = new HeaderSource(endpoint.authorization, options.headers, options.dynamicHeaders);
  }

  readonly send = async (request: SendRequest): Promise<SendResult> => {
    try {
      const { body, byteLength } = request;
      const started = now();
      const headers = this.#headers(await this.#source.headers(request.timeoutMillis));
      const outcome = await this.#client.exchange({
        path: this.#path,
        headers,
        body,
        byteLength,
        gzip: request.contentEncoding === 'gzip',
        timeoutMillis: remainingTimeout(request.timeoutMillis, now() - started),
      });
      if (outcome.kind === 'failure') return interpretFailure(outcome, this.#options);
      if (outcome.isRequestSent === true) request.onBodySent?.();
      return interpretGrpcAnswer(outcome, this.#options.maxResponseBytes);
    } catch (error) {
      return { kind: 'retryable', message: messageOf(error) };
    }
  };

  describe(request: SendRequest): RequestDescription {
    const { endpoint, proxy } = this.#options;
    const { host, port, socketPath, authority, secure } = endpoint;
    const { headers, incomplete } = this.#source.headersNow();
    const { body, byteLength } = request;
    return {
      url: `${secure ? 'https' : 'http'}://${authority}${this.#path}`,
      headers: this.#headers(headers),
      body,
      byteLength,
      agentOptions: { ...this.#tls },
      proxy,
      grpc: { host, port, socketPath, gzip: request.contentEncoding === 'gzip' },
      incomplete,
    };
  }

  readonly readExitAnswer = (answer: ExitAnswer): SendResult => {
    const { status, contentType, body, grpc } = answer;
    const read: GrpcAnswer = {
      kind: 'answer',
      httpStatus: status,
      contentType,
      status: grpc?.status,
      message: grpc?.message ?? '',
      details: '',
      body,
      bodyProblem: undefined,
    };
    return interpretGrpcAnswer(read, body.length);
  };

  close(): void {
    this.#client.close();
  }

  #headers(given: Headers): Headers {
    return { ...given, 'user-agent': this.#options.userAgent };
  }
}

function interpretFailure(failure: HttpFailure, { endpoint, portHint }: GrpcTransportOptions): SendResult {
  const { reason } = failure;
  const isHttpPort = portHint === undefined && endpoint.port === 4318;
  const hint = isHttpPort ? '; port 4318 is OTLP over HTTP, OTLP over gRPC is on 4317' : '';
  if (reason === 'request') return { kind: 'rejected', message: failure.message };
  const { isUnreachable } = failure;
  if (reason !== 'protocol')
    return { kind: 'retryable', message: `${failure.message}${hint}`, isUnreachable };
  const otlp = 'is this the port of an OTLP/gRPC receiver (4317 by default)? OTLP over HTTP is on 4318';
  const doubt = `; ${portHint ?? otlp}`;
  return { kind: 'rejected', message: `${failure.message}${hint === '' ? doubt : hint}` };
}
