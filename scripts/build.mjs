// Builds packages/sonde: the ESM (dist/esm), the same joined into a few files for Node (dist/bundle: 160 modules cost
// four times the start-up of 5), and a CommonJS copy for tools that cannot take ESM (dist/cjs).
// `#platform` is resolved by package.json for the ESM and by esbuild for the joined files; the CommonJS copy names the
// Node file directly, because a nested package.json may not carry an `imports` map.
//   node scripts/build.mjs [--esm-only] [--if-missing]
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

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

/** What every entry but the API shares in Node: loaded with any of them, so it is one file and not twenty. */
const CORE = 'config/start.js';

/**
 * An entry for the joining: first the modules that go into the common files, then the entry itself. esbuild puts
 * modules that the same entries reach into one file, so what all of them reach is one file too. Each file more costs
 * about 0.7 ms and 0.2 MB (Node 20 and 26).
 */
function stubOf(entry, esm, from) {
  const path = (file) => JSON.stringify(relative(dirname(from), join(esm, file)).split(sep).join('/'));
  const isApi = entry === 'entry/index.js';
  return [
    `import ${path('entry/index.js')};`,
    ...(isApi ? [] : [`import ${path(CORE)};`]),
    `export * from ${path(entry)};`,
    // A star leaves the default export out.
    ...(isApi ? [`export { default } from ${path(entry)};`] : []),
  ].join('\n');
}

/**
 * Joins for Node the entries and what they share, the platform included, into `outdir`: an API file, a core file, and
 * what only one entry has. Other runtimes take dist/esm, whose modules bundlers can leave out one by one.
 * Blanks and comments are left out: the text lies in the young generation while it is compiled, and with them sonde/register
 * sets off a collection more, of 1 ms and 4 MB. Names stay, for stack traces and for whoever prints one of our objects.
 * @param more modules of dist/esm that become entries too, where benchmarks look inside
 * @returns file of `outdir` -> `{ modules, imports }`: the files of dist/esm that it holds, the files that it loads
 */
export function joinEntries(outdir, more = []) {
  const esm = join(packageFolder, 'dist/esm');
  const stubs = `${outdir}.stubs`;
  const entries = readdirSync(join(esm, 'entry'), { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => `entry/${name.split(sep).join('/')}`);
  const points = {};
  for (const entry of [...entries, ...more]) {
    const stub = join(stubs, entry);
    mkdirSync(dirname(stub), { recursive: true });
    writeFileSync(stub, stubOf(entry, esm, stub));
    points[entry.replace(/\.js$/, '')] = stub;
  }
  rmSync(outdir, { recursive: true, force: true });
  try {
    const { metafile } = buildSync({
      entryPoints: points,
      // Hashes the same wherever the build is started.
      absWorkingDir: packageFolder,
      outdir,
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      conditions: ['node'],
      external: ['node:*'],
      // `sideEffects` of package.json would drop the imports of a stub, which have no names.
      ignoreAnnotations: true,
      legalComments: 'none',
      minifySyntax: true,
      minifyWhitespace: true,
      // So that an editor and a stack trace can show a line.
      lineLimit: 160,
      metafile: true,
      logLevel: 'warning',
    });
    return contentsOf(metafile, outdir);
  } finally {
    rmSync(stubs, { recursive: true, force: true });
  }
}

function contentsOf({ outputs }, outdir) {
  const inside = (path) => relative(outdir, join(packageFolder, path)).split(sep).join('/');
  const modules = (inputs) =>
    Object.keys(inputs)
      .filter((path) => path.startsWith('dist/esm/'))
      .map((path) => path.slice('dist/esm/'.length));
  return Object.fromEntries(
    Object.entries(outputs).map(([path, { inputs, imports }]) => [
      inside(path),
      {
        modules: modules(inputs),
        imports: imports.filter(({ external }) => !external).map((it) => inside(it.path)),
      },
    ]),
  );
}

/** What npm shows beside the package lies at the root of the repository. */
function copyDocuments() {
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (existsSync(join(root, name))) copyFileSync(join(root, name), join(packageFolder, name));
  }
}

/** A build from nothing: a file that left the source leaves the build. */
export function build({ esmOnly = false } = {}) {
  rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
  compile('tsconfig.json');
  dropPrivates(join(packageFolder, 'dist/esm'));
  const contents = joinEntries(join(packageFolder, 'dist/bundle'));
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
  const built = existsSync(join(cjs, 'package.json'));
  try {
    if (!(built && argv.includes('--if-missing'))) build({ esmOnly: argv.includes('--esm-only') });
  } catch (error) {
    // The compiler has said what is wrong; a stack trace of this script would only bury it.
    if (error.status === undefined) throw error;
    exit(1);
  }
}
