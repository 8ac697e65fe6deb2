/** Methods of requests as the conventions want them: known ones by name, all others as `_OTHER` (http-spans.md). */
import { listFromEnvironment } from './environment.ts';

const STANDARD = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

export const OTHER_METHOD = '_OTHER';

/** The known methods: those of OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS, which replace the standard ones. */
export class KnownMethods {
  readonly #names: ReadonlySet<string>;
  /** The one asked for last: most requests have the method of the one before, and a Set has to hash it (25 ns). */
  #last = '';

  constructor() {
    const given = listFromEnvironment('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS');
    this.#names = new Set(given.length > 0 ? given : STANDARD);
  }

  /** The method by its name when it is known, `_OTHER` when it is not. */
  nameOf(method: string | undefined): string {
    if (method === undefined) return OTHER_METHOD;
    if (method === this.#last) return method;
    if (!this.#names.has(method)) return OTHER_METHOD;
    this.#last = method;
    return method;
  }
}

/** The name of a request's span before a route is known. */
export function spanNameOf(method: string): string {
  return method === OTHER_METHOD ? 'HTTP' : method;
}
