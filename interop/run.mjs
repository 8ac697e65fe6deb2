/**
 * npm run interop [-- [--no-build] word …]
 *
 * Sonde against the world: real receivers, decoders that are not ours, plug-ins of the official SDK, and the scenarios
 * that the official SDK fails. Words choose suites by name. A suite whose real counterpart is missing on this machine is
 * listed as not run; with CI=true that is a failure. `backends` runs only when it is named: Jaeger, Zipkin, the Collector and
 * Prometheus 3, built at first use.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../scripts/command-line.mjs';
import { installApart } from '../scripts/install-apart.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');

/** Suite (a folder) -> the parts of support/parts.mjs that it needs. */
const suites = {
  rotel: ['rotel'],
  protoc: ['protoc'],
  'grpc-core': ['python3-grpcio', 'protoc'],
  'strict-json': ['buf', 'protoc'],
  thrift: ['thrift', 'python3-thrift'],
  zipkin: [],
  'otlp-file': ['rotel', 'protoc', 'buf'],
  prometheus: ['prometheus', 'promtool', 'python3-prometheus-client'],
  global: [],
  plugins: ['protoc'],
  exercise: ['rotel', 'protoc', 'buf'],
  exits: ['Node 20', 'Node 26', 'unshare'],
  bridges: [],
  programs: ['rotel', 'Node 20', 'Node 22', 'Node 24', 'Node 26'],
  languages: ['python with opentelemetry'],
  gaps: ['Node 24'],
};

/** Run by name alone, never on CI: they need tools of the machine, the network and half an hour when run first. */
const onDemand = { backends: [] };

const { values: options, positionals: words } = commandLine(import.meta.url, {
  'no-build': { type: 'boolean', default: false },
});

function testFiles(suite) {
  const folder = join(here, suite);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.mjs'))
    .sort()
    .map((name) => join(folder, name));
}

function runTests(suite) {
  const files = testFiles(suite);
  if (files.length === 0) throw new Error(`Suite ${suite} has no test files`);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--test-timeout=600000',
      `--test-concurrency=${availableParallelism()}`,
      ...files,
    ],
    {
      stdio: 'inherit',
      env: Object.fromEntries(inherited),
    },
  );
  return status === 0;
}

async function runSuite(suite) {
  console.log(`\n# ${suite}`);
  if (suite !== 'gaps') return runTests(suite);
  const { compareGaps } = await import('./gaps/compare.mjs');
  return compareGaps(words.filter((word) => !Object.keys(suites).includes(word)));
}

const named = Object.keys(suites).filter((name) => words.some((word) => name.includes(word)));
const demanded = Object.keys(onDemand).filter((name) => words.includes(name));
const chosen = words.length === 0 ? Object.keys(suites) : [...named, ...demanded];
if (chosen.length === 0) {
  console.error(`No suite matches ${JSON.stringify(words)}; there are ${Object.keys(suites).join(', ')}`);
  process.exit(1);
}
if (!options['no-build']) {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}
// A suite may have packages of its own, with a lock file of its own.
const ownPackages = chosen.filter((suite) => existsSync(join(here, suite, 'package-lock.json')));
for (const folder of ['', 'official-2', 'official-3', ...ownPackages]) installApart(join('interop', folder));

const { parts } = await import('./support/parts.mjs');
if (demanded.includes('backends')) (await import('./support/backends.mjs')).buildBackends();
const outcome = new Map();
for (const suite of chosen) {
  const missing = (suites[suite] ?? onDemand[suite]).filter((part) => parts[part]() === undefined);
  if (missing.length > 0) outcome.set(suite, `not run: there is no ${missing.join(' and no ')} here`);
  else outcome.set(suite, (await runSuite(suite)) ? 'passed' : 'FAILED');
}
console.log('\nInterop:');
for (const [suite, result] of outcome) console.log(`  ${suite}: ${result}`);
const bad = process.env.CI === 'true' ? (result) => result !== 'passed' : (result) => result === 'FAILED';
process.exit([...outcome.values()].some(bad) ? 1 : 0);
