// Compiles and runs the tests: units beside the source, the conformance families, the tests of the packed tarball, and
// those of the checks themselves.
//   node scripts/test.mjs                    all of them; fails when fewer ran than .ci/min-tests says
//   node scripts/test.mjs span batcher       only files whose path contains one of the words
//   node scripts/test.mjs --node 26          on another Node
// The list of files is explicit, because the globs of `node --test` differ between the supported versions.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, packageFolder, root } from './build.mjs';
import { nodeBinary } from './node.mjs';

const testDist = join(packageFolder, '.test-dist');

/** Folder with built tests -> how their names end. */
const places = [
  [join(packageFolder, 'dist/esm'), '.test.js'],
  [join(testDist, 'conformance'), '.test.js'],
  [join(testDist, 'test'), '.test.js'],
  [join(root, 'scripts'), '.test.mjs'],
];

function compileTests() {
  rmSync(testDist, { recursive: true, force: true });
  for (const project of ['conformance', 'test']) {
    if (existsSync(join(packageFolder, project, 'tsconfig.json'))) compile(join(project, 'tsconfig.json'));
  }
}

function testFiles(words) {
  return places
    .filter(([folder]) => existsSync(folder))
    .flatMap(([folder, ending]) =>
      readdirSync(folder, { recursive: true })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name)),
    )
    .filter((file) => {
      const path = file.slice(root.length).split(sep).join('/');
      return words.length === 0 || words.some((word) => path.includes(word));
    })
    .sort();
}

/** Runs the files and gives { status, passed, failed, … }. */
export function runTests({ node = execPath, words = [], variables = {} } = {}) {
  const files = testFiles(words);
  if (files.length === 0) {
    console.error(`No test file matches ${JSON.stringify(words)}; is everything built?`);
    return { status: 1, passed: 0 };
  }
  const results = join(testDist, 'results.json');
  mkdirSync(testDist, { recursive: true });
  rmSync(results, { force: true });
  const reporter = pathToFileURL(join(root, 'scripts/reporter.mjs')).href;
  const run = spawnSync(
    node,
    ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...files],
    { stdio: 'inherit', cwd: root, env: { ...env, ...variables, SONDE_TEST_RESULTS: results } },
  );
  const counts = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : { passed: 0, failed: 0 };
  return { ...counts, status: run.status === 0 && counts.failed > 0 ? 1 : (run.status ?? 1) };
}

/** The number below which a full run fails. It only rises. */
export function minimumOfTests() {
  return Number(readFileSync(join(root, '.ci/min-tests'), 'utf8'));
}

function main(args) {
  const major = args.includes('--node') ? args.splice(args.indexOf('--node'), 2)[1] : undefined;
  compileTests();
  const result = runTests({ words: args, ...(major === undefined ? {} : { node: nodeBinary(major) }) });
  if (args.length === 0 && result.passed < minimumOfTests()) {
    console.error(`Only ${result.passed} tests passed; .ci/min-tests asks for ${minimumOfTests()}`);
    return 1;
  }
  return result.status;
}

if (argv[1] === fileURLToPath(import.meta.url)) exit(main(argv.slice(2)));
