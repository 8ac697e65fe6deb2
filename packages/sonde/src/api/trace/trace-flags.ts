/** The bits of `traceFlags` that this version of W3C Trace Context defines. */

/**
 * Bits of a span context's `traceFlags`.
 * @see https://www.w3.org/TR/trace-context-2/#trace-flags
 */
export const TraceFlags = {
  /** No bit set. */
  NONE: 0,
  /** The caller may have recorded this trace. */
  SAMPLED: 1,
  /** At least the last 56 bits of the trace id are random (level 2). */
  RANDOM: 2,
  0: 'NONE',
  1: 'SAMPLED',
  2: 'RANDOM',
} as const;
export type TraceFlags = 0 | 1 | 2;
