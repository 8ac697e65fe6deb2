/** Methods of requests as the conventions want them: known ones by name, all others as `_OTHER` (http-spans.md). */

const STANDARD = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

export const OTHER_METHOD = '_OTHER';

/**
 * The known methods: those of OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS, which replace the standard ones. Read here and not by
 * the table of the SDK, because an instrumentation also serves an SDK that is not ours.
 */
export function knownMethods(): ReadonlySet<string> {
  const given = (process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] ?? '')
    .split(',')
    .map((method) => method.trim())
    .filter((method) => method !== '');
  return new Set(given.length > 0 ? given : STANDARD);
}

/** The name of a request's span before a route is known. */
export function spanNameOf(method: string): string {
  return method === OTHER_METHOD ? 'HTTP' : method;
}
