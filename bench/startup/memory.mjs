/** Resident megabytes to load and start, over a bare Node. */
import { costOverBare } from './start-cost.mjs';

export const title = 'load and start traces over OTLP/HTTP: MB resident over bare Node';
export const target = { below: 6 };
export const rounds = 3;

export function run(contender, { quick = false } = {}) {
  return { ...costOverBare(contender.startProgram, 'megabytes', quick), unit: 'MB' };
}
