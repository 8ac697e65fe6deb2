/** Milliseconds that zero-code start adds before an empty program's first line. */
import { number } from '../harness/table.mjs';
import { costOfRegister } from './start-cost.mjs';

export const title = 'zero-code start of an empty program: ms over bare Node';
export const target = { below: 50 };
export const rounds = 3;
export const contenders = ['sonde', 'official-2', 'official-3-cjs'];

export function run(contender, { quick = false } = {}) {
  const cost = costOfRegister(contender, quick);
  const cpu = cost('cpuMillis');
  return {
    ...cost('millis'),
    unit: 'ms',
    note: `${number(cpu.value)} (${number(cpu.minimum)}) ms of CPU time`,
  };
}
