/** The compilers, test runners and judges that tools/package.json pins, installed at first use. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder, repositoryFolder } from '../packed.ts';

const { installApart } = (await import(
  pathToFileURL(join(repositoryFolder, 'scripts/install-apart.mjs')).href
)) as { installApart(folder: string): string };

const { nodeBinary } = (await import(pathToFileURL(join(repositoryFolder, 'scripts/node.mjs')).href)) as {
  nodeBinary(major: number): string;
};

/** The path of a file of an installed package. */
export function installed(path: string): string {
  installApart('packages/sonde/test/consumers/tools');
  return join(packageFolder, 'test/consumers/tools/node_modules', path);
}

export { nodeBinary };
