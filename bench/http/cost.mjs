/**
 * What instrumentation costs a server per request in the program itself, over the same server bare: in one process, over
 * streams that are no sockets. Says nothing of throughput, but hardly minds what else the machine does: of the samples of
 * all rounds the tenth percentile counts.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { quantile } from '../harness/statistics.mjs';
import { cleanEnvironment, openReceiver } from './bed.mjs';
import { isOfficial, variants } from './variants.mjs';

export const title = 'CPU of a hello-world server per request, in-process, over the same server bare';

const program = fileURLToPath(new URL('in-process.cjs', import.meta.url));

export async function runCase({ node, rounds, quick, official }) {
  const names = Object.keys(variants).filter((name) => official || !isOfficial(name));
  const samples = new Map(names.map((name) => [name, []]));
  const errors = [];
  const receiver = await openReceiver(node);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const { flags, env } = variants[name];
      const args = [...flags, program, String(quick ? 80_000 : 150_000)];
      try {
        const { stdout } = await promisify(execFile)(node, args, {
          env: { ...cleanEnvironment(), ...receiver.env, ...env },
        });
        samples.get(name).push(...JSON.parse(stdout.trimEnd().split('\n').at(-1)));
      } catch (error) {
        errors.push(`${name}: ${String(error.stderr || error.message).slice(0, 300)}`);
      }
    }
  }
  receiver.close();
  const at = (name, share) => quantile(samples.get(name), share);
  const lines = [
    '| server | us per request, 10 % (median) | over bare, 10 % (median) |',
    '|---|---|---|',
    ...names
      .filter((name) => samples.get(name).length > 0)
      .map((name) => {
        const [low, middle] = [0.1, 0.5].map((share) => at(name, share));
        const [lowOver, middleOver] = [low - at('bare', 0.1), middle - at('bare', 0.5)];
        return `| ${name} | ${low.toFixed(2)} (${middle.toFixed(2)}) | ${lowOver.toFixed(2)} (${middleOver.toFixed(2)}) |`;
      }),
  ];
  return { lines, verdicts: [], errors };
}
