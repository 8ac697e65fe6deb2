/**
 * What loading and starting costs over a bare Node: the same small program with and without the SDK, in fresh processes
 * that take turns. A program prints the milliseconds since its process began and its resident memory, once started.
 */
import { execFileSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, minimum } from '../harness/statistics.mjs';

function launch(program) {
  const file = fileURLToPath(new URL(`../contenders/${program}`, import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

/** Medians of `field` for the contender's start program, over the bare program's. */
export function costOverBare(program, field, quick) {
  const bareProgram = `bare${extname(program)}`;
  const bare = [];
  const started = [];
  launch(bareProgram);
  launch(program);
  for (let round = 0; round < (quick ? 5 : 11); round++) {
    bare.push(launch(bareProgram)[field]);
    started.push(launch(program)[field]);
  }
  return { value: median(started) - median(bare), minimum: minimum(started) - minimum(bare) };
}
