// Everything that CI asks of the tree. `npm run check` runs all phases, words choose some:
//   npm run check -- source types      only these phases (their names are printed as they start)
//   npm run check -- --except tests    all but these
//   npm run check -- --update          rewrites the snapshots, the ceilings and the least number of tests
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath, exit, stdout, versions } from 'node:process';
import { build, packageFolder, root } from './build.mjs';
import {
  browserEntries,
  checkCeilings,
  checkForBrowsers,
  headroom,
  measureBundle,
  uses,
} from './checks/bytes.mjs';
import {
  checkCommands,
  checkDesigns,
  checkEntryTable,
  checkIndex,
  checkLinks,
  checkPaths,
} from './checks/docs.mjs';
import { checkApiEntry, checkEntries, checkLayers } from './checks/layers.mjs';
import { checkManifest } from './checks/manifest.mjs';
import {
  checkAmbientTypes,
  checkPrivates,
  declarationsOf,
  entriesOf,
  exportedNames,
  readManifest,
  specifierOf,
} from './checks/public-types.mjs';
import { checkRhyme } from './checks/rhyme.mjs';
import {
  checkDocstrings,
  checkExportForms,
  checkLeftovers,
  checkLockfile,
  checkOpenings,
  checkPlatformGlobals,
  checkSizes,
  checkTimers,
  checkWords,
} from './checks/source-rules.mjs';
import { readTree } from './checks/source-text.mjs';
import { commandLine } from './command-line.mjs';
import { findNode, nodeVersions } from './node.mjs';
import { compileTests, minimumOfTests, runTests, shortfall } from './test.mjs';

const { values: options, positionals: chosen } = commandLine(import.meta.url, {
  except: { type: 'string', multiple: true, default: [] },
  update: { type: 'boolean', default: false },
});

/** Entries whose types may name those of Node: nobody uses them elsewhere. */
const nodeEntries = /^(register|instrumentation|bridges)\b/;

const snapshots = join(packageFolder, 'test/snapshots');
const manifest = readManifest(packageFolder);
const read = (path) => readFileSync(join(root, path), 'utf8');

/** The files that git knows or would know: what a fresh clone has. */
function repositoryFiles() {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
  });
  return list
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

function lint() {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(
    execPath,
    [biome, 'ci', '--error-on-warnings', ...(stdout.isTTY ? [] : ['--colors=off']), '.'],
    { cwd: root, stdio: 'inherit' },
  );
  return run.status === 0 ? [] : ['biome found something; `npm run format` mends what can be mended'];
}

function source() {
  const tree = readTree(join(packageFolder, 'src'));
  const sources = [...tree.keys()]
    .filter((path) => path.startsWith('entry/'))
    .map((path) => path.slice(6, -3));
  const files = repositoryFiles();
  const texts = new Map(
    files.filter((path) => !/\.(bin|pb|png|gz|tgz)$/.test(path)).map((path) => [path, read(path)]),
  );
  return [
    ...[checkLayers, checkEntries, checkPlatformGlobals, checkTimers, checkExportForms].flatMap((rule) =>
      rule(tree),
    ),
    ...[checkOpenings, checkSizes, checkDocstrings].flatMap((rule) => rule(tree)),
    ...checkRhyme([...tree.keys()]),
    ...checkManifest(manifest, sources),
    ...checkWords(texts),
    ...checkLeftovers(files),
    ...files
      .filter((path) => path.endsWith('package-lock.json'))
      .flatMap((path) => checkLockfile(path, read(path))),
  ];
}

function docs() {
  const files = repositoryFiles();
  const documents = new Map(files.filter((path) => path.endsWith('.md')).map((path) => [path, read(path)]));
  const exists = (path) => existsSync(join(root, path));
  const pictures = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'docs/README.md', 'bench/README.md'];
  const specifiers = [...entriesOf(manifest).keys()].map((name) => specifierOf(manifest, name));
  return [
    ...checkLinks(documents, exists),
    ...checkPaths(new Map(pictures.map((path) => [path, documents.get(path) ?? ''])), exists),
    ...checkIndex(documents),
    ...checkDesigns(documents),
    ...checkEntryTable(documents.get('README.md') ?? '', specifiers),
    ...checkCommands(documents, JSON.parse(read('package.json')).scripts),
  ];
}

function compareSnapshot(name, text) {
  const file = join(snapshots, name);
  if (options.update) {
    mkdirSync(snapshots, { recursive: true });
    writeFileSync(file, text);
    return [];
  }
  if (!existsSync(file)) return [`there is no snapshot ${name} yet: npm run check -- types --update`];
  const before = readFileSync(file, 'utf8');
  if (before === text) return [];
  const [old, now] = [before, text].map((part) => new Set(part.split('\n')));
  const gone = [...old].filter((line) => !now.has(line)).map((line) => `  - ${line}`);
  const added = [...now].filter((line) => !old.has(line)).map((line) => `  + ${line}`);
  const lines = [...gone, ...added].slice(0, 20).join('\n');
  return [
    `${name} is no longer what the snapshot says (npm run check -- types --update, if it is meant):\n${lines}`,
  ];
}

function types() {
  const tree = readTree(join(packageFolder, 'dist/esm'), (path) => path.endsWith('.d.ts'));
  const isScript = (path) => path.endsWith('.js');
  const problems = checkApiEntry(
    readTree(join(packageFolder, 'dist/esm'), isScript),
    JSON.parse(readFileSync(join(packageFolder, 'dist/bundle-contents.json'), 'utf8')),
  );
  const names = [];
  for (const [name, file] of entriesOf(manifest)) {
    const start = `entry/${file}.d.ts`;
    problems.push(...checkPrivates(tree, start));
    if (!nodeEntries.test(file)) problems.push(...checkAmbientTypes(tree, start));
    problems.push(...compareSnapshot(`${file.replaceAll('/', '-')}.d.ts.txt`, declarationsOf(tree, start)));
    names.push(
      ...exportedNames(tree.get(start) ?? '').map(
        (exported) => `${specifierOf(manifest, name)}: ${exported}`,
      ),
    );
  }
  return [...new Set(problems), ...compareSnapshot('exports.txt', `${names.join('\n')}\n`)];
}

async function bytes() {
  const sizes = {};
  const problems = [];
  const measure = async (name, forBrowser, contents) => {
    try {
      sizes[name] = await measureBundle(packageFolder, contents, forBrowser ? 'browser' : 'node');
      if (forBrowser) problems.push(...(await checkForBrowsers(packageFolder, name, contents)));
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
  };
  for (const [name, file] of entriesOf(manifest)) {
    const specifier = specifierOf(manifest, name);
    await measure(file, browserEntries.includes(file), `export * from '${specifier}';`);
  }
  for (const [name, contents] of Object.entries(uses)) await measure(name, true, contents);
  const path = join(snapshots, 'bytes.json');
  const ceilings = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  for (const [file, size] of Object.entries(sizes))
    console.log(`  ${file}: ${size} of ${ceilings[file] ?? '(no ceiling)'}`);
  if (options.update) {
    const raised = Object.entries(sizes).map(([file, size]) => [file, Math.ceil(size * headroom)]);
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(raised), null, 2)}\n`);
    return problems;
  }
  return [...problems, ...checkCeilings(sizes, ceilings)];
}

/** The least number of tests in any commit so far: it may not fall below that. */
function highestMinimum() {
  const log = spawnSync('git', ['log', '-p', '--format=', '--', '.ci/min-tests'], {
    cwd: root,
    encoding: 'utf8',
  });
  return Math.max(0, ...[...(log.stdout ?? '').matchAll(/^\+(\d+)$/gm)].map(([, number]) => Number(number)));
}

function judgeTests(label, { status, passed }, minimum) {
  const missing = shortfall(passed, minimum);
  return [
    ...(status === 0 ? [] : [`tests failed on ${label}`]),
    ...(missing === undefined ? [] : [`${label}: ${missing}`]),
  ];
}

function tests() {
  compileTests();
  const result = runTests();
  if (options.update) {
    writeFileSync(join(root, '.ci/min-tests'), `${Math.max(result.passed, highestMinimum())}\n`);
  }
  const fallen = minimumOfTests() < highestMinimum();
  return [
    ...judgeTests(`Node ${versions.node}`, result, minimumOfTests()),
    ...(fallen ? [`.ci/min-tests was ${highestMinimum()} and is ${minimumOfTests()}: it only rises`] : []),
  ];
}

/** Tests that a line between the oldest and the newest Node passes at least; 1,549 and 1,550 when this was written. */
const LEAST_BETWEEN = 1_500;

/** The other Nodes: the oldest and the newest run all, those between what meets the runtime. */
function runtimes() {
  const problems = [];
  compileTests();
  const lines = Object.entries(nodeVersions);
  const ends = [lines.at(0), lines.at(-1)];
  for (const line of lines) {
    const [major, version] = line;
    if (versions.node.startsWith(`${major}.`)) continue;
    const node = findNode(major);
    if (node === undefined) {
      console.log(`  not run: no Node ${version} on npm for this platform`);
      continue;
    }
    console.log(`\n  Node ${version}`);
    const onlyOfRuntime = !ends.includes(line);
    const minimum = onlyOfRuntime ? LEAST_BETWEEN : minimumOfTests();
    problems.push(...judgeTests(`Node ${version}`, runTests({ node, onlyOfRuntime }), minimum));
  }
  return problems;
}

function consumers() {
  compileTests();
  return runTests({ place: 'consumers' }).status === 0 ? [] : ['a consumer of the tarball failed'];
}

async function compile() {
  await build();
  return [];
}

/** A compiler that fails has said why on the terminal; anything else is an error of these scripts. */
async function problemsOf(name, phase) {
  try {
    return await phase();
  } catch (error) {
    if (error.status === undefined) throw error;
    return [`${name}: the compiler refused`];
  }
}

const phases = { lint, source, docs, build: compile, types, bytes, tests, runtimes, consumers };

async function main() {
  for (const name of [...chosen, ...options.except]) {
    if (phases[name] === undefined)
      throw new Error(`"${name}" is no phase: ${Object.keys(phases).join(', ')}`);
  }
  let failed = 0;
  for (const [name, phase] of Object.entries(phases)) {
    if (options.except.includes(name) || (chosen.length > 0 && !chosen.includes(name))) continue;
    const start = performance.now();
    console.log(`\n== ${name}`);
    const problems = await problemsOf(name, phase);
    for (const problem of problems) console.log(problem);
    console.log(
      `== ${name}: ${problems.length === 0 ? 'ok' : 'FAILED'} in ${Math.round(performance.now() - start)} ms`,
    );
    failed += problems.length;
    if (name === 'build' && problems.length > 0) break;
  }
  console.log(failed === 0 ? '\nEvery check holds.' : `\n${failed} problems.`);
  return failed === 0 ? 0 : 1;
}

exit(await main());
