// Builds packages/sonde twice: the ESM that Node runs, and a CommonJS copy for tools that cannot take ESM.
// `#platform` is resolved by package.json for the ESM; the CommonJS copy names the Node file directly,
// because a nested package.json may not carry an `imports` map.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packageFolder = join(root, 'packages/sonde');
const cjs = join(packageFolder, 'dist/cjs');
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');

function compile(project) {
  execFileSync(process.execPath, [tsc, '-p', join(packageFolder, project)], { stdio: 'inherit' });
}

function pointAtNodePlatform() {
  for (const name of readdirSync(cjs, { recursive: true })) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const file = join(cjs, name);
    const text = readFileSync(file, 'utf8');
    if (!text.includes('#platform')) continue;
    const target = relative(dirname(file), join(cjs, 'platform/node.js')).split(sep).join('/');
    const specifier = target.startsWith('.') ? target : `./${target}`;
    writeFileSync(file, text.replaceAll(/(['"])#platform\1/g, `$1${specifier}$1`));
  }
}

rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
compile('tsconfig.json');
if (!process.argv.includes('--esm-only')) {
  compile('tsconfig.cjs.json');
  pointAtNodePlatform();
  writeFileSync(join(cjs, 'package.json'), '{"type":"commonjs"}\n');
}
