/** The ways in which a caller may give a point in time. */

/** Whole seconds since the Unix epoch and the nanoseconds within that second. */
export type HrTime = [number, number];

/**
 * A point in time: {@link HrTime} (exact to the nanosecond), a `Date`, or a number of milliseconds, either since the
 * epoch or, when smaller than that, as `performance.now()` gives it.
 */
export type TimeInput = HrTime | number | Date;
