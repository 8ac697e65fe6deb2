/** Errors of Node's own modules, in one clause for people. */

/** The system's or OpenSSL's word for it, or nothing. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** An error in one clause. Node joins the attempts at several addresses of one host into an AggregateError without a message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = (error as { errors?: readonly unknown[] }).errors;
  if (error.message === '' && Array.isArray(inner) && inner.length > 0) {
    return inner.map(describeError).join(', ');
  }
  const code = codeOf(error);
  return code === '' || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
