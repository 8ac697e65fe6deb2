/**
 * What the answer of a receiver other than OTLP's means, as far as Zipkin and Jaeger agree: the status says it all, and the
 * body is at most a few words for people.
 */
import { parseRetryAfter } from '../otlp/transport/retry-after.ts';
import type { SendResult } from '../otlp/transport/send.ts';
import type { HttpAnswer } from '../platform/http-client.ts';

/** The codes by which a server or a proxy says that it may work later; the same as with OTLP. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Characters of an answer that are shown. */
const SHOWN_CHARACTERS = 200;

/** @param hints what may be done about a status that usually means a wrong setting */
export function interpretStatus(
  answer: HttpAnswer,
  maxResponseBytes: number,
  nowMillis: number,
  hints: Readonly<Record<number, string>>,
): SendResult {
  const status = { 'http.response.status_code': answer.status };
  return { ...interpret(answer, maxResponseBytes, nowMillis, hints), status };
}

function interpret(
  answer: HttpAnswer,
  maxResponseBytes: number,
  nowMillis: number,
  hints: Readonly<Record<number, string>>,
): SendResult {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    if (!isWebPage(answer)) return { kind: 'accepted', rejected: 0 };
    const message = `HTTP ${status} with a web page: is this the address that takes spans?`;
    return { kind: 'accepted', rejected: 0, message };
  }
  if (answer.bodyProblem === 'too_large') {
    const message = `HTTP ${status}, and the answer is larger than maxResponseBytes, ${maxResponseBytes}`;
    return { kind: 'rejected', message };
  }
  if (status >= 300 && status < 400) {
    const advice = 'redirects are not followed, so that data and headers go only where they were meant to';
    return { kind: 'rejected', message: `HTTP ${status}: ${advice}` };
  }
  const message = `HTTP ${status}${saidIn(answer)}${hints[status] === undefined ? '' : `; ${hints[status]}`}`;
  if (!RETRYABLE.has(status)) return { kind: 'rejected', message };
  const retryAfterMillis = parseRetryAfter(answer.header('retry-after'), nowMillis);
  return { kind: 'retryable', message, retryAfterMillis };
}

function isWebPage(answer: HttpAnswer): boolean {
  return /^\s*text\/html\b/i.test(answer.header('content-type') ?? '');
}

/** The beginning of a short text. The sink of messages makes what cannot be printed visible. */
function saidIn(answer: HttpAnswer): string {
  if (answer.body.length === 0 || isWebPage(answer)) return '';
  const text = new TextDecoder().decode(answer.body.subarray(0, SHOWN_CHARACTERS * 4)).trim();
  return text === '' ? '' : ` (${text.slice(0, SHOWN_CHARACTERS)})`;
}
