/**
 * OTLP over HTTP/1.1, on every platform: a request's headers around the platform's one exchange, and the answer or
 * failure read as the protocol specification says. The exporters to other receivers send the same way and give the
 * words of their protocol (`dialect`).
 */
import { clearTimer, now, openHttpClient, setTimer, type Timer, wallClock } from '#platform';
import type { HttpAnswer, HttpClient, HttpFailure } from '../../platform/http-client.ts';
import type { OtlpEncoding } from '../signal-codec.ts';
import type { Endpoint } from './endpoint.ts';
import { checkHeaders, type Headers, type HeadersOption } from './headers.ts';
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
  readonly dynamicHeaders?: Exclude<HeadersOption, Headers> | undefined;
  readonly userAgent: string;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  readonly keepAlive: boolean;
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
  readonly #fixed: Headers;
  readonly #dialect: HttpDialect;
  /** What the header function gave last: the exit path cannot wait for a promise. */
  #lastDynamic: Headers | undefined = undefined;

  constructor(options: HttpTransportOptions) {
    const { endpoint } = options;
    this.#options = options;
    this.#dialect = options.dialect ?? otlpDialect(options.encoding);
    this.destination = endpoint.printable;
    this.#client = openHttpClient({ ...options, url: endpoint.url });
    this.#fixed = {
      ...(endpoint.authorization === undefined ? undefined : { authorization: endpoint.authorization }),
      ...options.headers,
    };
  }

  readonly send = async (request: SendRequest): Promise<SendResult> => {
    try {
      const { body, byteLength } = request;
      const started = now();
      const dynamic = await this.#dynamicHeaders(request.timeoutMillis);
      const headers = this.#headers(request, dynamic);
      const timeoutMillis = remaining(request.timeoutMillis, now() - started);
      const outcome = await this.#client.exchange({ headers, body, byteLength, timeoutMillis });
      return outcome.kind === 'answer'
        ? this.#dialect.interpret(outcome, this.#options.maxResponseBytes, wallClock())
        : interpretFailure(outcome, this.#dialect.portHint(new URL(this.#options.endpoint.url).port));
    } catch (error) {
      return { kind: 'retryable', message: error instanceof Error ? error.message : String(error) };
    }
  };

  describe(request: SendRequest): RequestDescription {
    const { endpoint, agentOptions, dynamicHeaders } = this.#options;
    let dynamic = this.#lastDynamic;
    let incomplete: string | undefined;
    if (dynamicHeaders !== undefined) {
      try {
        const given = dynamicHeaders();
        if (given instanceof Promise) given.catch(() => undefined);
        else dynamic = checkHeaders(given);
      } catch {
        // The ones of the last request, if any, are the best there is.
      }
      if (dynamic === undefined) incomplete = 'the header function has given no headers yet';
    }
    const headers = this.#headers(request, dynamic);
    const { body, byteLength } = request;
    return { url: endpoint.url, headers, body, byteLength, agentOptions, incomplete };
  }

  close(): void {
    this.#client.close();
  }

  #headers(request: SendRequest, dynamic: Headers | undefined): Headers {
    const headers: Record<string, string> = {
      ...this.#fixed,
      ...dynamic,
      'content-type': this.#dialect.contentType,
      'user-agent': this.#options.userAgent,
    };
    if (request.contentEncoding !== undefined) headers['content-encoding'] = request.contentEncoding;
    return headers;
  }

  async #dynamicHeaders(timeoutMillis: number): Promise<Headers | undefined> {
    const ask = this.#options.dynamicHeaders;
    if (ask === undefined) return undefined;
    try {
      this.#lastDynamic = checkHeaders(await within(ask(), timeoutMillis));
      return this.#lastDynamic;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`the header function failed: ${reason}`);
    }
  }
}

/** What is left of a timeout, where 0 means none and is never reached by waiting. */
function remaining(timeoutMillis: number, elapsed: number): number {
  return timeoutMillis <= 0 ? 0 : Math.max(1, Math.ceil(timeoutMillis - elapsed));
}

/** The value or promise of a user's function, or a rejection after `milliseconds` (0: never). */
async function within<T>(given: T | Promise<T>, milliseconds: number): Promise<T> {
  if (!(given instanceof Promise) || milliseconds <= 0) return given;
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimer(() => reject(new Error(`no headers within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    if (timer !== undefined) clearTimer(timer);
  }
}

/** Where nothing came that is HTTP, the port is the likely reason; with OTLP's gRPC port it is so for any failure. */
function interpretFailure(failure: HttpFailure, hint: string): SendResult {
  if (failure.reason === 'protocol') return { kind: 'rejected', message: `${failure.message}; ${hint}` };
  const isSure = !hint.endsWith('?');
  return { kind: 'retryable', message: isSure ? `${failure.message}; ${hint}` : failure.message };
}
