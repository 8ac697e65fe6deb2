/** HTTP exchanges over fetch, for every runtime but Node. Connections and compression of the answer are the runtime's. */

import { messageOf } from '../internal/shown.ts';
import {
  failure,
  type HttpAnswer,
  type HttpClient,
  type HttpClientOptions,
  type HttpFailure,
  type HttpRequest,
} from './http-client.ts';

type Outcome = HttpAnswer | HttpFailure;

const NO_BODY = new Uint8Array(0);

export function openHttpClient(options: HttpClientOptions): HttpClient {
  return new FetchHttpClient(options);
}

class FetchHttpClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  async exchange(request: HttpRequest): Promise<Outcome> {
    if (this.#closed) return failure('closed', 'the client is closed');
    const controller = new AbortController();
    this.#running.add(controller);
    let timedOut = false;
    const onTimeout = (): void => {
      timedOut = true;
      controller.abort();
    };
    const limit = request.timeoutMillis;
    const timer = limit > 0 ? setTimeout(onTimeout, Math.min(limit, 0x7fffffff)) : undefined;
    try {
      return await this.#fetch(request, controller.signal);
    } catch (error) {
      if (timedOut) return failure('timeout', `no answer within ${limit} ms`);
      if (this.#closed) return failure('closed', 'the exporter was shut down');
      return failure('connection', describeError(error));
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort();
  }

  async #fetch(request: HttpRequest, signal: AbortSignal): Promise<Outcome> {
    const response = await fetch(this.#options.url, {
      method: 'POST',
      headers: request.headers,
      // A Blob keeps the pieces apart and still has a known length, so that the request is not chunked.
      body: new Blob(request.body as Uint8Array<ArrayBuffer>[]),
      redirect: 'manual',
      credentials: 'omit',
      signal,
    });
    const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
    // Browsers hide the status of a redirect that is not followed.
    const status = response.type === 'opaqueredirect' ? 302 : response.status;
    const { body, bodyProblem } = await readBody(response, this.#options.maxResponseBytes);
    return { kind: 'answer', status, header, body, bodyProblem };
  }
}

async function readBody(
  response: Response,
  limit: number,
): Promise<Pick<HttpAnswer, 'body' | 'bodyProblem'>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = response.body?.getReader();
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > limit) {
        reader.cancel().catch(() => undefined);
        return { body: NO_BODY, bodyProblem: 'too_large' };
      }
      chunks.push(value);
    }
  } catch {
    return { body: NO_BODY, bodyProblem: 'broken' };
  }
  const body = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    body.set(chunk, position);
    position += chunk.byteLength;
  }
  return { body, bodyProblem: undefined };
}

/** fetch says only "fetch failed" or "Failed to fetch"; what happened is in the cause, where the runtime gives one. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message} (${cause.message})`
    : error.message;
}
