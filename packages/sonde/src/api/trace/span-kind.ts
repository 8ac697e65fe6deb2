/** The five kinds of span. */

/**
 * How a span relates to its parent and children.
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind
 */
export const SpanKind = {
  /** Work inside the application. The default. */
  INTERNAL: 0,
  /** Serves a request of a remote caller that waits for the answer. */
  SERVER: 1,
  /** A request to a remote service whose answer is waited for. */
  CLIENT: 2,
  /** Hands a message over without waiting for whoever takes it. */
  PRODUCER: 3,
  /** Works on a message that a producer handed over. */
  CONSUMER: 4,
  0: 'INTERNAL',
  1: 'SERVER',
  2: 'CLIENT',
  3: 'PRODUCER',
  4: 'CONSUMER',
} as const;
export type SpanKind = 0 | 1 | 2 | 3 | 4;
