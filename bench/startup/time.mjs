/** Milliseconds to load and start, over a bare Node. */
import { costOverBare } from './start-cost.mjs';

export const title = 'load and start traces over OTLP/HTTP: ms over bare Node';
export const target = { below: 30 };
export const rounds = 3;

export function run(contender, { quick = false } = {}) {
  return { ...costOverBare(contender.startProgram, 'millis', quick), unit: 'ms' };
}
