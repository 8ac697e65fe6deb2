/** Where the compilers, test runners and judges lie that tools/package.json pins. scripts/test.mjs installs them. */
import { join } from 'node:path';
import { packageFolder, repositoryFolder, run } from '../packed.ts';

/** The path of a file of an installed package. */
export function installed(path: string): string {
  return join(packageFolder, 'test/consumers/tools/node_modules', path);
}

/** The path of a Node of this major version. */
export function nodeOf(major: number): string {
  const script = join(repositoryFolder, 'scripts/node.mjs');
  return run(process.execPath, [script, String(major)], repositoryFolder).trim();
}
