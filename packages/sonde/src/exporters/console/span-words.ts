/** The specification's words for the numbers that a span carries. */

/** By `SpanKind`. */
export const KIND_NAMES: readonly string[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** By `SpanStatusCode`. */
export const STATUS_NAMES: readonly string[] = ['UNSET', 'OK', 'ERROR'];
