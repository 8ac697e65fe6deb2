/** `error.type` of something thrown: few values, never a message (semantic-conventions, general attributes, "Error"). */

/** Node's code where there is one, else the class; the numeric codes of DOMException say less than its name. */
export function errorTypeOf(error: unknown): string {
  try {
    const { code, name } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && code !== '') return code;
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // Nothing was thrown, or something that throws when it is read.
  }
  return '_OTHER';
}

/** Of a server's answer; of none, what Node tells the listeners of a request whose connection broke. */
export function serverFailureOf(status: number | undefined): string | undefined {
  if (status === undefined) return 'ECONNRESET';
  return status >= 500 ? String(status) : undefined;
}
