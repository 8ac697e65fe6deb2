/**
 * What loading and starting costs over a bare Node: the same small program with and without the SDK, in fresh processes
 * that take turns. A program prints what it has used since its process began, once started.
 */
import { execFileSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, minimum } from '../harness/statistics.mjs';

function launch(program, flags = [], folder = undefined) {
  const file = fileURLToPath(new URL(`../contenders/${program}`, import.meta.url));
  const output = execFileSync(process.execPath, [...flags, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(folder === undefined
      ? {}
      : { cwd: fileURLToPath(new URL(`../contenders/${folder}`, import.meta.url)) }),
  });
  return JSON.parse(output);
}

function difference(bare, started, field) {
  const values = (runs) => runs.map((run) => run[field]);
  return {
    value: median(values(started)) - median(values(bare)),
    minimum: minimum(values(started)) - minimum(values(bare)),
  };
}

function alternate(quick, launchBare, launchStarted) {
  const bare = [];
  const started = [];
  launchBare();
  launchStarted();
  for (let round = 0; round < (quick ? 5 : 11); round++) {
    bare.push(launchBare());
    started.push(launchStarted());
  }
  return (field) => difference(bare, started, field);
}

/** Medians of `field` for the contender's start program, over the bare program's. */
export function costOverBare(program, field, quick) {
  const bareProgram = `bare${extname(program)}`;
  return alternate(
    quick,
    () => launch(bareProgram),
    () => launch(program),
  )(field);
}

/** The same for the bare program behind the contender's register: a function from field to its cost. */
export function costOfRegister({ registerFlags, registerFolder }, quick) {
  return alternate(
    quick,
    () => launch('bare.mjs'),
    () => launch('bare.mjs', registerFlags, registerFolder),
  );
}
