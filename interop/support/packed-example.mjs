/** An example as its reader runs it: copied out of the repository, beside the packed and installed package. */
import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackage } from './packed-package.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `{ run(program, environment), remove() }` of `examples/<name>`; `run` resolves with what the program printed. */
export function installExample(name) {
  const { folder, remove } = installPackage();
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
        timeout: 120_000,
      });
      return stdout;
    },
    remove,
  };
}
