/** Megabytes that zero-code start adds to the peak of an empty program. */
import { costOfRegister } from './start-cost.mjs';

export const title = 'zero-code start of an empty program: MB of peak memory over bare Node';
export const target = { below: 10 };
export const rounds = 3;
export const contenders = ['sonde', 'official-2', 'official-3-cjs'];

export function run(contender, { quick = false } = {}) {
  return { ...costOfRegister(contender, quick)('peakMegabytes'), unit: 'MB' };
}
