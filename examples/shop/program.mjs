// A program of the user's own instead of the shop: started in the same way, with one flag and variables, and not a line changed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import process, { cwd, env, execPath } from 'node:process';

/** The absolute path of a program; npm starts scripts in the root of the package and tells where it was called. */
export function programAt(path) {
  const file = resolve(env.INIT_CWD ?? cwd(), path);
  return existsSync(file) ? file : undefined;
}

/**
 * Runs it to its end in its own terminal, with the signals that come. Resolves with how it ended: the status for the runner, where
 * a signal counts as in a shell, 128 and its number.
 */
export async function runProgram(file, args, variables) {
  const name = env.OTEL_SERVICE_NAME ?? basename(file, extname(file));
  const child = spawn(execPath, ['--import', import.meta.resolve('sonde/register'), file, ...args], {
    cwd: env.INIT_CWD ?? cwd(),
    env: { ...env, ...variables, OTEL_SERVICE_NAME: name },
    stdio: 'inherit',
  });
  process.once('exit', () => child.kill());
  // Ctrl-C reaches it from the terminal itself; it decides what becomes of that.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code, signal] = await new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('exit', (...how) => settle(how));
  });
  return code ?? 128 + constants.signals[signal];
}
