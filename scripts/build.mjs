// Builds packages/sonde: the ESM (dist/esm), the same joined into a few files for Node (dist/bundle,
// join.mjs), and a CommonJS copy for tools that cannot take ESM (dist/cjs).
// `#platform` is resolved by package.json for the ESM and by esbuild for the joined files; the CommonJS copy names the
// Node file directly, because a nested package.json may not carry an `imports` map.
//   node scripts/build.mjs                all of it, from nothing
//   node scripts/build.mjs --esm-only     without the CommonJS copy: enough while working
//   node scripts/build.mjs --if-missing   only when there is no build yet
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.mjs';
import { joinModules } from './join.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const packageFolder = join(root, 'packages/sonde');
const cjs = join(packageFolder, 'dist/cjs');
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');

/** Compiles one project of packages/sonde; the compiler's messages go to the terminal, an error throws. */
export function compile(project) {
  execFileSync(execPath, [tsc, '-p', join(packageFolder, project)], { stdio: 'inherit' });
}

function pointAtNodePlatform() {
  for (const name of readdirSync(cjs, { recursive: true })) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const file = join(cjs, name);
    const text = readFileSync(file, 'utf8');
    if (name.endsWith('node-parts.js')) writeFileSync(file, text.replace('import.meta.url', '__filename'));
    if (!text.includes('#platform')) continue;
    const target = relative(dirname(file), join(cjs, 'platform/node.js')).split(sep).join('/');
    const specifier = target.startsWith('.') ? target : `./${target}`;
    writeFileSync(file, text.replaceAll(/(['"])#platform\1/g, `$1${specifier}$1`));
  }
}

/**
 * Leaves private members out of a declaration file. Their types are gone there anyway; what their names would still do
 * is make two copies of a class, the ESM and the CommonJS one or two versions, types that do not fit each other.
 */
export function withoutPrivates(text) {
  return text.replace(/^ +(#private|private (?!constructor\b)[^;{]*);\n/gm, '');
}

function dropPrivates(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const kept = withoutPrivates(text);
    if (kept !== text) writeFileSync(file, kept);
  }
}

/**
 * Joins for Node the entries and what they share, the platform included, into `outdir`: see join.mjs.
 * @param more modules of dist/esm that become entries too, where benchmarks look inside
 */
export function joinEntries(outdir, more = []) {
  const esm = join(packageFolder, 'dist/esm');
  const entries = readdirSync(join(esm, 'entry'), { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => `entry/${name.split(sep).join('/')}`);
  return joinModules({ packageFolder, esm, outdir, entries: [...entries, ...more] });
}

/** What npm shows beside the package lies at the root of the repository. */
function copyDocuments() {
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (existsSync(join(root, name))) copyFileSync(join(root, name), join(packageFolder, name));
  }
}

/** A build from nothing: a file that left the source leaves the build. */
export async function build({ esmOnly = false } = {}) {
  rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
  compile('tsconfig.json');
  dropPrivates(join(packageFolder, 'dist/esm'));
  const contents = await joinEntries(join(packageFolder, 'dist/bundle'));
  // For the checks; the tarball leaves it out.
  writeFileSync(join(packageFolder, 'dist/bundle-contents.json'), JSON.stringify(contents));
  if (esmOnly) return;
  compile('tsconfig.cjs.json');
  dropPrivates(cjs);
  pointAtNodePlatform();
  writeFileSync(join(cjs, 'package.json'), '{"type":"commonjs"}\n');
  copyDocuments();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = commandLine(import.meta.url, {
    'esm-only': { type: 'boolean', default: false },
    'if-missing': { type: 'boolean', default: false },
  });
  const built = existsSync(join(cjs, 'package.json'));
  try {
    if (!(built && values['if-missing'])) await build({ esmOnly: values['esm-only'] });
  } catch (error) {
    // The compiler has said what is wrong; a stack trace of this script would only bury it.
    if (error.status === undefined) throw error;
    exit(1);
  }
}
