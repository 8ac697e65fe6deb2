/**
 * What an OTLP receiver's answer means (protocol specification, "OTLP/HTTP Response"): a status, a few headers and a
 * body that may be anything at all become one SendResult. Nothing here throws.
 */
import type { HttpAnswer } from '../../platform/http-client.ts';
import { parsePartialSuccess, parseStatusMessage } from './response-body.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { SendResult } from './send.ts';

/** The codes of "Retryable Response Codes"; every other 4xx and 5xx is final. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What may be done about a code that usually means a wrong setting. */
const HINTS: Readonly<Record<number, string>> = {
  400: 'it could not read the message',
  401: 'the receiver wants credentials: see the option `headers`',
  403: 'the receiver refuses these credentials: see the option `headers`',
  404: 'nothing is served at this path: traces are taken at /v1/traces',
  407: 'the proxy wants other credentials',
  405: 'this path does not take a POST: is it an OTLP receiver?',
  413: 'the request is too large for the receiver: see the option `maxRequestBytes`',
  415: 'the receiver does not take this encoding: see the option `protocol`',
};

/** `maxResponseBytes` is named in the message when the answer was larger. `nowMillis` is the wall clock's. */
export function interpretAnswer(answer: HttpAnswer, maxResponseBytes: number, nowMillis: number): SendResult {
  const status = { 'http.response.status_code': answer.status };
  return { ...interpret(answer, maxResponseBytes, nowMillis), status };
}

function interpret(answer: HttpAnswer, maxResponseBytes: number, nowMillis: number): SendResult {
  const { status } = answer;
  if (answer.bodyProblem === 'too_large') {
    return {
      kind: 'rejected',
      message: `the answer (HTTP ${status}) is larger than maxResponseBytes, ${maxResponseBytes}`,
    };
  }
  if (status >= 200 && status < 300) return interpretSuccess(answer);
  if (status >= 300 && status < 400) {
    return { kind: 'rejected', message: `HTTP ${status}: ${describeRedirect(answer.header('location'))}` };
  }
  const message = describeError(answer);
  if (!RETRYABLE.has(status)) return { kind: 'rejected', message };
  return {
    kind: 'retryable',
    message,
    retryAfterMillis: parseRetryAfter(answer.header('retry-after'), nowMillis),
  };
}

function interpretSuccess(answer: HttpAnswer): SendResult {
  const contentType = answer.header('content-type');
  const partial = parsePartialSuccess(answer.body, contentType);
  if (partial.rejected > 0 || partial.message !== undefined) return { kind: 'accepted', ...partial };
  if (/^\s*text\/html\b/i.test(contentType ?? '')) {
    return {
      kind: 'accepted',
      rejected: 0,
      message: `HTTP ${answer.status} with a web page: this is hardly an OTLP receiver`,
    };
  }
  return { kind: 'accepted', rejected: 0 };
}

function describeError(answer: HttpAnswer): string {
  const said = parseStatusMessage(answer.body, answer.header('content-type'));
  const hint = HINTS[answer.status];
  let text = `HTTP ${answer.status}`;
  if (said !== undefined) text += ` (${said})`;
  return hint === undefined ? text : `${text}; ${hint}`;
}

/** A Location may carry a token in its query or credentials before its host: neither is shown. */
function describeRedirect(location: string | undefined): string {
  const advice = 'redirects are not followed, so that data and headers go only where they were meant to';
  if (location === undefined) return advice;
  try {
    const { protocol, host, pathname } = new URL(location, 'relative://');
    const target = protocol === 'relative:' ? pathname : `${protocol}//${host}${pathname}`;
    return `the receiver redirects to ${target.slice(0, 200)}; ${advice}`;
  } catch {
    return advice;
  }
}
