/** The Retry-After header (RFC 9110, section 10.2.3): a number of seconds, or one of three forms of date. */

/** A receiver that wants us to wait longer than a day means never. */
const MAX_WAIT_MILLIS = 86_400_000;

const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** How long to wait in milliseconds, at most a day; undefined when the header is absent or means nothing. */
export function parseRetryAfter(header: string | undefined, nowMillis: number): number | undefined {
  if (header === undefined || header.length > 64) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_WAIT_MILLIS);
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.min(Math.max(date - nowMillis, 0), MAX_WAIT_MILLIS);
}

function parseHttpDate(text: string): number | undefined {
  const known = IMF_FIXDATE.test(text) || RFC_850.test(text);
  if (!known && !ASCTIME.test(text)) return undefined;
  const time = Date.parse(known ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}
