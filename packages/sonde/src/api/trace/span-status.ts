/** How the work that a span describes went. */

/**
 * The status of a span. OK is final; ERROR gives way to OK; UNSET never replaces another.
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
 */
export const SpanStatusCode = {
  /** Nobody said anything: the default, and right for work that went well. */
  UNSET: 0,
  /** The application declares the work to have gone well, whatever instrumentation says. */
  OK: 1,
  /** The work failed. */
  ERROR: 2,
  0: 'UNSET',
  1: 'OK',
  2: 'ERROR',
} as const;
export type SpanStatusCode = 0 | 1 | 2;

/** What `Span.setStatus` takes. */
export interface SpanStatus {
  code: SpanStatusCode;
  /** Says what failed, for people. Only kept with {@link SpanStatusCode.ERROR}. */
  message?: string;
}
