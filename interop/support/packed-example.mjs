/** An example as its reader runs it: copied out of the repository, beside the packed and installed package. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function runNpm(args, cwd) {
  return execFileSync(npm, [...args, '--ignore-scripts', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** `{ run(program, environment), remove() }` of `examples/<name>`; `run` resolves with what the program printed. */
export function installExample(name) {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-example-'));
  const tarball = runNpm(['pack', '--pack-destination', folder], join(root, 'packages/sonde'))
    .trim()
    .split('\n')
    .at(-1);
  writeFileSync(join(folder, 'package.json'), '{ "name": "application", "private": true }');
  runNpm(['install', '--no-audit', '--no-fund', join(folder, tarball)], folder);
  cpSync(join(root, 'examples', name), join(folder, name), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OTEL_'));
  return {
    async run(program, environment) {
      const { stdout } = await promisify(execFile)(process.execPath, [program], {
        cwd: join(folder, name),
        env: { ...Object.fromEntries(inherited), ...environment },
        timeout: 30_000,
      });
      return stdout;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
