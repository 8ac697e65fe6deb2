/** Errors of Node's own modules, in one clause for people. */
import { messageOf } from '../internal/shown.ts';

/** The system's or OpenSSL's word for it, or nothing. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** An error in one clause. Node joins the attempts at several addresses of one host into an AggregateError without a message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const inner = (error as { errors?: readonly unknown[] }).errors;
  if (error.message === '' && Array.isArray(inner) && inner.length > 0) {
    return inner.map(describeError).join(', ');
  }
  const code = codeOf(error);
  return code === '' || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

/** What the system says where nobody listens (a port, a socket's file), a name has no address, or no way leads there. */
const UNREACHABLE: readonly string[] = [
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
];

/** Whether nobody listens at any address of the host, or at the proxy in front of it, whose error is the cause. */
export function isUnreachable(error: unknown, depth = 0): boolean {
  if (UNREACHABLE.includes(codeOf(error)) && !Array.isArray((error as { errors?: unknown }).errors))
    return true;
  if (!(error instanceof Error) || depth > 2) return false;
  const inner = (error as { errors?: readonly unknown[] }).errors;
  if (Array.isArray(inner) && inner.length > 0) return inner.every((each) => isUnreachable(each, depth + 1));
  return isUnreachable(error.cause, depth + 1);
}
