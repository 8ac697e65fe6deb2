/** What of a URL may be recorded: never credentials, never the value of a signature (http-spans.md, `url.full`). */

/** Query keys whose values grant access: those of the conventions, and of Amazon's newer signatures as the official instrumentation has them. */
export const DEFAULT_REDACTED_KEYS: readonly string[] = [
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
];

const REDACTED = 'REDACTED';

/** The query, without its question mark, with the values of these keys replaced, also where the key is percent-encoded. */
export function redactQuery(query: string, keys: ReadonlySet<string>): string {
  if (!mayHold(query, keys)) return query;
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const key = pair.slice(0, Math.max(equals, 0));
      return keys.has(key) || keys.has(decoded(key)) ? `${key}=${REDACTED}` : pair;
    })
    .join('&');
}

function mayHold(query: string, keys: ReadonlySet<string>): boolean {
  if (query.includes('%')) return true;
  for (const key of keys) if (query.includes(key)) return true;
  return false;
}

function decoded(key: string): string {
  if (!key.includes('%')) return key;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** A URL with its credentials and signatures replaced. Text that is no URL is treated as far as it looks like one. */
export function redactUrl(url: string, keys: ReadonlySet<string>): string {
  const at = url.indexOf('?');
  const head = (at < 0 ? url : url.slice(0, at)).replace(
    /^([a-z][a-z0-9+.-]*:\/\/)[^/#]*@/i,
    `$1${REDACTED}:${REDACTED}@`,
  );
  return at < 0 ? head : `${head}?${redactQuery(url.slice(at + 1), keys)}`;
}
