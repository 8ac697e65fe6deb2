/**
 * Probabilities as rejection thresholds of 56 bits (trace/tracestate-probability-sampling.md). Both sides of the one
 * comparison there is, randomness and threshold, are kept as 14 lower-case hex digits: as text of one length they
 * compare as the numbers do, and neither fits a double.
 */

/** Hex digits of a 56-bit number. */
export const THRESHOLD_DIGITS = 14;

/** The smallest probability that has a threshold. */
export const MIN_PROBABILITY: number = 2 ** -56;

const MAX_THRESHOLD = 2 ** 56;

/** Digits of precision that the specification recommends; leading f digits are not counted. */
const PRECISION = 4;

/** Below this there are no digits left to round away. */
const EXACT_BELOW = 2 ** -40;

/**
 * The threshold of a probability from 2^-56 to 1 as `th` writes it: rounded to four digits behind the leading `f`s, trailing zeros left out.
 */
export function thresholdOf(probability: number): string {
  if (probability === 1) return '0';
  const exact = BigInt(MAX_THRESHOLD) - BigInt(Math.round(probability * MAX_THRESHOLD));
  if (probability < EXACT_BELOW) return shortened(hexOf(exact));
  const leading = Math.floor(-(Math.floor(Math.log2(probability)) + 1) / 4);
  const unit = 1n << BigInt(4 * Math.max(1, THRESHOLD_DIGITS - leading - PRECISION));
  return shortened(hexOf(((exact + unit / 2n) / unit) * unit));
}

/** All 14 digits of a threshold as `th` writes it. */
export function fullThreshold(threshold: string): string {
  return threshold.padEnd(THRESHOLD_DIGITS, '0');
}

/** 14 hex digits of a number of up to 56 bits. */
export function hexOf(value: bigint): string {
  return value.toString(16).padStart(THRESHOLD_DIGITS, '0');
}

/** As `th` writes it: without trailing zeros, but at least one digit. */
export function shortened(hex: string): string {
  return hex.replace(/0+$/, '') || '0';
}

/** The randomness of a trace: explicit when there is one, else the last 56 bits of its id. */
export function randomnessOf(explicit: string | undefined, traceId: string): string {
  return explicit ?? traceId.slice(-THRESHOLD_DIGITS);
}
