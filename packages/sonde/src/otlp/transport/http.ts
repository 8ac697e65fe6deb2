/**
 * OTLP over HTTP/1.1, on every platform: a request's headers around the platform's one exchange, and the answer or
 * failure read as the protocol specification says. The exporters to other receivers send the same way and give the
 * words of their protocol (`dialect`).
 */
import { type ExitAnswer, now, openHttpClient, wallClock } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import type { ProxyServer, TlsSettings } from '../../platform/connection.ts';
import type { HttpAnswer, HttpClient, HttpFailure } from '../../platform/http-client.ts';
import type { OtlpEncoding } from '../signal-codec.ts';
import type { Endpoint } from './endpoint.ts';
import { type HeaderFunction, HeaderSource, remainingTimeout } from './header-source.ts';
import type { Headers } from './headers.ts';
import { interpretAnswer } from './response.ts';
import type { RequestDescription, SendRequest, SendResult, Transport } from './send.ts';

/** What a protocol over HTTP has of its own. */
export interface HttpDialect {
  readonly contentType: string;
  readonly interpret: (answer: HttpAnswer, maxResponseBytes: number, nowMillis: number) => SendResult;
  /** What to say to somebody at whose port something else than this protocol seems to be served. */
  readonly portHint: (port: string) => string;
}

export interface HttpTransportOptions {
  readonly endpoint: Endpoint;
  readonly encoding: OtlpEncoding;
  /** In place of OTLP's own. */
  readonly dialect?: HttpDialect | undefined;
  /** Headers that never change. */
  readonly headers: Headers;
  /** Headers asked for before each request; they win over the fixed ones. */
  readonly dynamicHeaders?: HeaderFunction | undefined;
  readonly userAgent: string;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  readonly keepAlive: boolean;
  readonly proxy?: ProxyServer | undefined;
  readonly tls?: TlsSettings | undefined;
  readonly agentOptions?: Readonly<Record<string, unknown>> | undefined;
  readonly agentFactory?: ((protocol: string) => unknown) | undefined;
}

const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

function otlpDialect(encoding: OtlpEncoding): HttpDialect {
  return { contentType: CONTENT_TYPES[encoding], interpret: interpretAnswer, portHint: otlpPortHint };
}

function otlpPortHint(port: string): string {
  return port === '4317'
    ? 'port 4317 is OTLP over gRPC, OTLP over HTTP is on 4318'
    : 'is this the port of an OTLP/HTTP receiver (4318 by default)?';
}

export function openHttpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options);
}

class HttpTransport implements Transport {
  readonly destination: string;
  readonly #options: HttpTransportOptions;
  readonly #client: HttpClient;
  readonly #dialect: HttpDialect;
  readonly #source: HeaderSource;

  constructor(options: HttpTransportOptions) {
    const { endpoint } = options;
    this.#options = options;
    this.#dialect = options.dialect ?? otlpDialect(options.encoding);
    this.destination = endpoint.printable;
    this.#client = openHttpClient({ ...options, url: endpoint.url });
    this.#source = new HeaderSource(endpoint.authorization, options.headers, options.dynamicHeaders);
  }

  /**
   * No async function: docs/design/pipeline.md, "Once a batch is not often". Nothing is opened in the call itself, which
   * may come out of `span.end()` (TAPI-33).
   */
  readonly send = (request: SendRequest): Promise<SendResult> => {
    const { unchanging } = this.#source;
    return Promise.resolve()
      .then(() =>
        unchanging === undefined
          ? this.#askAndExchange(request)
          : this.#exchange(request, unchanging, request.timeoutMillis),
      )
      .then((answer) => this.#read(request, answer))
      .catch(retryable);
  };

  async #askAndExchange(request: SendRequest): Promise<HttpAnswer | HttpFailure> {
    const started = now();
    const headers = await this.#source.headers(request.timeoutMillis);
    return this.#exchange(request, headers, remainingTimeout(request.timeoutMillis, now() - started));
  }

  #exchange(request: SendRequest, given: Headers, timeoutMillis: number): Promise<HttpAnswer | HttpFailure> {
    const { body, byteLength } = request;
    return this.#client.exchange({ headers: this.#headers(request, given), body, byteLength, timeoutMillis });
  }

  #read(request: SendRequest, outcome: HttpAnswer | HttpFailure): SendResult {
    if (outcome.kind !== 'answer') {
      return interpretFailure(outcome, this.#dialect.portHint(new URL(this.#options.endpoint.url).port));
    }
    if (outcome.isRequestSent === true) request.onBodySent?.();
    return this.#dialect.interpret(outcome, this.#options.maxResponseBytes, wallClock());
  }

  describe(request: SendRequest): RequestDescription {
    const { endpoint, proxy, tls } = this.#options;
    const agentOptions =
      tls === undefined ? this.#options.agentOptions : { ...tls, ...this.#options.agentOptions };
    const { headers: given, incomplete } = this.#source.headersNow();
    const headers = this.#headers(request, given);
    const { body, byteLength } = request;
    return { url: endpoint.url, headers, body, byteLength, agentOptions, proxy, incomplete };
  }

  readonly readExitAnswer = ({ status, body, contentType }: ExitAnswer): SendResult => {
    const header = (name: string): string | undefined => (name === 'content-type' ? contentType : undefined);
    const answer = { kind: 'answer', status, header, body, bodyProblem: undefined } as const;
    return this.#dialect.interpret(answer, body.length, wallClock());
  };

  close(): void {
    this.#client.close();
  }

  #headers(request: SendRequest, given: Headers): Headers {
    const headers: Record<string, string> = {
      ...given,
      'content-type': this.#dialect.contentType,
      'user-agent': this.#options.userAgent,
    };
    if (request.contentEncoding !== undefined) headers['content-encoding'] = request.contentEncoding;
    return headers;
  }
}

function retryable(error: unknown): SendResult {
  return { kind: 'retryable', message: messageOf(error) };
}

/** Where nothing came that is HTTP, the port is the likely reason; with OTLP's gRPC port it is so for any failure. */
function interpretFailure(failure: HttpFailure, hint: string): SendResult {
  if (failure.reason === 'protocol') return { kind: 'rejected', message: `${failure.message}; ${hint}` };
  const isSure = !hint.endsWith('?');
  const message = isSure ? `${failure.message}; ${hint}` : failure.message;
  return { kind: 'retryable', message, isUnreachable: failure.isUnreachable };
}
