/** The package as its users get it: packed, and installed into an empty application outside of the repository. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function runNpm(args, cwd) {
  return execFileSync(npm, [...args, '--ignore-scripts', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** `{ folder, remove() }` of an application that has sonde in its node_modules. */
export function installPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-application-'));
  const tarball = runNpm(['pack', '--pack-destination', folder], join(root, 'packages/sonde'))
    .trim()
    .split('\n')
    .at(-1);
  writeFileSync(join(folder, 'package.json'), '{ "name": "application", "private": true }');
  runNpm(['install', '--no-audit', '--no-fund', join(folder, tarball)], folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
