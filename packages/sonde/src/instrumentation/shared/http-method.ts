/** Methods of requests as the conventions want them: known ones by name, all others as `_OTHER` (http-spans.md). */
import { listFromEnvironment } from './environment.ts';

const STANDARD = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

export const OTHER_METHOD = '_OTHER';

/** The known methods: those of OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS, which replace the standard ones. */
export function knownMethods(): ReadonlySet<string> {
  const given = listFromEnvironment('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS');
  return new Set(given.length > 0 ? given : STANDARD);
}

/** The name of a request's span before a route is known. */
export function spanNameOf(method: string): string {
  return method === OTHER_METHOD ? 'HTTP' : method;
}
