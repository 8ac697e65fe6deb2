/** Which numbers of an integer instrument are sent as int64; the others are sent as the doubles that they are. */

const TWO_63 = 2 ** 63;

/** Whole numbers within int64. NaN, infinities and fractions, which another SDK may let through, are not. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -TWO_63 && value < TWO_63;
}
