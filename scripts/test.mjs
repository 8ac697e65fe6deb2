// Compiles and runs the tests: units beside the source, the conformance families, the tests of the packed tarball, and
// those of the checks themselves.
//   node scripts/test.mjs                    all of them; fails when fewer passed than .ci/min-tests says
//   node scripts/test.mjs span batcher       only files whose path contains one of the words
//   node scripts/test.mjs --node 26          on another Node
//   node scripts/test.mjs --consumers        those that install compilers and runners apart (part of npm run check)
// The list of files is explicit, because the globs of `node --test` differ between the supported versions.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, packageFolder, root } from './build.mjs';
import { commandLine } from './command-line.mjs';
import { installApart } from './install-apart.mjs';
import { nodeBinary } from './node.mjs';

const testDist = join(packageFolder, '.test-dist');
const consumersFolder = join(testDist, 'test/consumers');

/** Folders with tests, and how their names end. */
const places = {
  all: [
    [join(packageFolder, 'dist/esm'), '.test.js'],
    [join(testDist, 'conformance'), '.test.js'],
    [join(testDist, 'test'), '.test.js'],
    [join(root, 'scripts'), '.test.mjs'],
  ],
  consumers: [[consumersFolder, '.test.js']],
};

/**
 * Tests of what only computes, and of texts and tools. They run on the oldest and the newest supported Node; on the lines
 * between, `npm run check` leaves them out (a minute for each line), for what differs there is what meets the runtime.
 */
const meetsNoRuntime =
  /\/(?:scripts|esm\/sdk|esm\/propagators|esm\/otlp\/(?:traces|logs|metrics|message))\/|\/(?:types|readme|examples|environment)\.test\.js$/;

/** No test may hang CI: a file that does is ended and counts as failed. The slowest takes 25 s, on two processors of which it has one. */
const fileTimeoutMillis = 300_000;

const matches = (words, file) => {
  const path = file.slice(root.length).split(sep).join('/');
  return words.length === 0 || words.some((word) => path.includes(word));
};

/**
 * Compiles the conformance tests and the tests of the tarball, from nothing. They import the built package, all of it:
 * a project without a file that the words choose is left alone.
 */
export function compileTests(words = []) {
  rmSync(testDist, { recursive: true, force: true });
  for (const project of ['conformance', 'test']) {
    const folder = join(packageFolder, project);
    if (!existsSync(join(folder, 'tsconfig.json'))) continue;
    const chosen = readdirSync(folder, { recursive: true }).some(
      (name) => name.endsWith('.test.ts') && matches(words, join(folder, name)),
    );
    if (chosen) compile(join(project, 'tsconfig.json'));
  }
}

function testFiles(place, words) {
  return places[place]
    .filter(([folder]) => existsSync(folder))
    .flatMap(([folder, ending]) =>
      readdirSync(folder, { recursive: true })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name)),
    )
    .filter((file) => place === 'consumers' || !file.startsWith(consumersFolder))
    .filter((file) => matches(words, file))
    .sort();
}

/** What the machine has set for its own telemetry is no setting of ours; results are read as plain text. */
function testEnvironment(results) {
  const inherited = Object.entries(env).filter(([name]) => !name.startsWith('OTEL_'));
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', SONDE_TEST_RESULTS: results };
}

/** The tools that the consumers' tests use. Before the run, because its files may run at the same time. */
function installTools(place) {
  if (place === 'consumers') installApart('packages/sonde/test/consumers/tools');
}

/** Runs what is built and gives { status, passed, failed, skipped, todo }. */
export function runTests({ node = execPath, words = [], place = 'all', onlyOfRuntime = false } = {}) {
  const files = testFiles(place, words).filter((file) => !onlyOfRuntime || !meetsNoRuntime.test(file));
  if (files.length === 0) {
    console.error(`No test file matches ${JSON.stringify(words)}; is everything built?`);
    return { status: 1, passed: 0, failed: 0 };
  }
  installTools(place);
  const results = join(testDist, 'results.json');
  mkdirSync(testDist, { recursive: true });
  rmSync(results, { force: true });
  const reporter = pathToFileURL(join(root, 'scripts/reporter.mjs')).href;
  const run = spawnSync(
    node,
    [
      '--test',
      `--test-timeout=${fileTimeoutMillis}`,
      // Node's own default leaves a processor idle, which on two is half of them.
      `--test-concurrency=${availableParallelism()}`,
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...files,
    ],
    { stdio: 'inherit', cwd: root, env: testEnvironment(results) },
  );
  const counts = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : { passed: 0, failed: 0 };
  return { ...counts, status: counts.failed > 0 ? 1 : (run.status ?? 1) };
}

/** The number of passed tests below which a full run fails. It only rises. */
export function minimumOfTests() {
  return Number(readFileSync(join(root, '.ci/min-tests'), 'utf8'));
}

/** What is wrong with a full run, undefined when nothing is. */
export function shortfall(passed, minimum) {
  return passed < minimum ? `only ${passed} tests passed, .ci/min-tests asks for ${minimum}` : undefined;
}

function main() {
  const { values, positionals: words } = commandLine(import.meta.url, {
    node: { type: 'string' },
    consumers: { type: 'boolean', default: false },
  });
  compileTests(values.consumers ? ['consumers'] : words);
  const result = runTests({
    words,
    place: values.consumers ? 'consumers' : 'all',
    ...(values.node === undefined ? {} : { node: nodeBinary(values.node) }),
  });
  const missing = shortfall(result.passed, words.length === 0 && !values.consumers ? minimumOfTests() : 0);
  if (missing === undefined) return result.status;
  console.error(missing);
  return 1;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    exit(main());
  } catch (error) {
    // A compiler that failed has said why.
    if (error.status === undefined) throw error;
    exit(1);
  }
}
