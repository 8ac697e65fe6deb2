/** What of a URL may be recorded: never credentials, never the value of a signature (http-spans.md, `url.full`). */

/** Query keys whose values grant access. */
export const DEFAULT_REDACTED_KEYS: readonly string[] = [
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Goog-Signature',
];

const REDACTED = 'REDACTED';

/** The query, without its question mark, with the values of these keys replaced. */
export function redactQuery(query: string, keys: ReadonlySet<string>): string {
  if (!mayHold(query, keys)) return query;
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals > 0 && keys.has(pair.slice(0, equals)) ? `${pair.slice(0, equals)}=${REDACTED}` : pair;
    })
    .join('&');
}

function mayHold(query: string, keys: ReadonlySet<string>): boolean {
  for (const key of keys) if (query.includes(key)) return true;
  return false;
}

/** A URL with its credentials and signatures replaced; text that is no URL is returned without what stands before an @. */
export function redactUrl(url: string, keys: ReadonlySet<string>): string {
  const at = url.indexOf('?');
  const head = (at < 0 ? url : url.slice(0, at)).replace(
    /^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i,
    `$1${REDACTED}:${REDACTED}@`,
  );
  return at < 0 ? head : `${head}?${redactQuery(url.slice(at + 1), keys)}`;
}
