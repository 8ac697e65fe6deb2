/**
 * OTLP over HTTP/1.1, on every platform: a request's headers around the platform's one exchange, and the answer or
 * failure read as the protocol specification says.
 */
import { clearTimer, now, openHttpClient, setTimer, type Timer, wallClock } from '#platform';
import type { HttpClient, HttpFailure } from '../../platform/http-client.ts';
import type { OtlpEncoding } from '../signal-codec.ts';
import type { Endpoint } from './endpoint.ts';
import { checkHeaders, type Headers, type HeadersOption } from './headers.ts';
import { interpretAnswer } from './response.ts';
import type { RequestDescription, SendRequest, SendResult, Transport } from './send.ts';

export interface HttpTransportOptions {
  readonly endpoint: Endpoint;
  readonly encoding: OtlpEncoding;
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

export function openHttpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options);
}

class HttpTransport implements Transport {
  readonly destination: string;
  readonly #options: HttpTransportOptions;
  readonly #client: HttpClient;
  readonly #fixed: Headers;
  /** What the header function gave last: the exit path cannot wait for a promise. */
  #lastDynamic: Headers | undefined = undefined;

  constructor(options: HttpTransportOptions) {
    const { endpoint } = options;
    this.#options = options;
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
        ? interpretAnswer(outcome, this.#options.maxResponseBytes, wallClock())
        : interpretFailure(outcome, this.#options.endpoint);
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
      'content-type': CONTENT_TYPES[this.#options.encoding],
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

function interpretFailure(failure: HttpFailure, endpoint: Endpoint): SendResult {
  const grpcHint =
    new URL(endpoint.url).port === '4317' ? '; port 4317 is OTLP over gRPC, OTLP over HTTP is on 4318' : '';
  if (failure.reason !== 'protocol') return { kind: 'retryable', message: `${failure.message}${grpcHint}` };
  const hint = grpcHint === '' ? '; is this the port of an OTLP/HTTP receiver (4318 by default)?' : grpcHint;
  return { kind: 'rejected', message: `${failure.message}${hint}` };
}
