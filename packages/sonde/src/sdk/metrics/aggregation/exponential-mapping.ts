/**
 * Which exponential bucket a value belongs to (metrics/data-model.md#exponentialhistogram). At scale s the base is
 * `2 ** 2 ** -s`, and bucket i holds what is above `base ** i`, up to and including `base ** (i + 1)`.
 */

/** The finest scale: at it, neighbouring buckets differ by some 1e-6, and indices stay small integers. */
export const MAX_SCALE = 20;
/** The coarsest scale: two buckets hold all doubles, subnormal ones included; without those -10 would do. */
export const MIN_SCALE = -11;

const MANTISSA_BITS = 52;
const EXPONENT_BIAS = 1023;
const MIN_NORMAL = 2 ** -1022;
const TWO_54 = 2 ** 54;

/** A double and its two words. Typed arrays have the byte order of the machine, which is little-endian wherever V8 runs. */
const double = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ wordsOf(double);
const HIGH = 1;
const LOW = 0;

function wordsOf(view: Float64Array): Uint32Array {
  return new Uint32Array(view.buffer);
}

/**
 * The index of a positive, finite value. Subnormal values have their own exponents down to -1074. Powers of two, where
 * the logarithm would round to the wrong side, are exact at every scale.
 */
export function bucketIndex(value: number, scale: number): number {
  if (value < MIN_NORMAL) return indexOf(value * TWO_54, -54, scale);
  return indexOf(value, 0, scale);
}

function indexOf(normal: number, shift: number, scale: number): number {
  double[0] = normal;
  const high = words[HIGH]!;
  const exponent = (high >>> (MANTISSA_BITS - 32)) - EXPONENT_BIAS + shift;
  if (((high & 0xf_ffff) | words[LOW]!) === 0) {
    return scale > 0 ? exponent * (1 << scale) - 1 : (exponent - 1) >> -scale;
  }
  if (scale <= 0) return exponent >> -scale;
  // Of the mantissa alone, in (1, 2): its logarithm has all its bits behind the point.
  words[HIGH] = (high & 0xf_ffff) | (EXPONENT_BIAS << (MANTISSA_BITS - 32));
  const steps = 1 << scale;
  const within = Math.ceil(Math.log2(double[0]!) * steps) - 1;
  return exponent * steps + Math.min(Math.max(within, 0), steps - 1);
}
