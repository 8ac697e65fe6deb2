/**
 * npm run bench [-- [--quick] [--node 20,26] [--contenders a,b] [--rounds n] [--no-build] word …]
 *
 * Compares Sonde with the official SDK case by case and prints the table; a complete run, without --quick and words,
 * also writes docs/benchmarks.md. Words choose cases by a part of their file name.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../scripts/command-line.mjs';
import { installApart } from '../scripts/install-apart.mjs';
import { nodeBinary, nodeVersions } from '../scripts/node.mjs';
import { join as joinSonde } from './contenders/sonde-joined.mjs';
import { loadCase } from './harness/case.mjs';
import { compare, judge } from './harness/compare.mjs';
import { document, notes, table } from './harness/table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const OURS = 'sonde';
const allContenders = [OURS, 'official-2', 'official-3-esm', 'official-3-cjs'];
/** Takes part in the cases that name it. */
const PROM_CLIENT = 'prom-client';
const caseFiles = [
  'micro/span-life.mjs',
  'pipeline/receiver-cpu.mjs',
  'micro/encode.mjs',
  'micro/encode-zipkin.mjs',
  'micro/encode-thrift.mjs',
  'micro/unsampled.mjs',
  'micro/child.mjs',
  'memory/recording-span.mjs',
  'micro/propagation.mjs',
  'pipeline/burst.mjs',
  'pipeline/foreign-queue.mjs',
  'pipeline/slow-receiver.mjs',
  'logs/record.mjs#emit-three',
  'logs/record.mjs#emit-ten',
  'logs/record.mjs#life-three',
  'logs/record.mjs#life-ten',
  'logs/disabled.mjs',
  'pipeline/grpc-export.mjs',
  'pipeline/grpc-start.mjs',
  'pipeline/grpc-memory.mjs',
  'micro/metrics-counter.mjs',
  'micro/metrics-counter-in-span.mjs',
  'micro/metrics-counter-wide.mjs',
  'micro/metrics-counter-prom.mjs',
  'micro/metrics-histogram.mjs',
  'micro/metrics-histogram-in-span.mjs',
  'micro/metrics-histogram-prom.mjs',
  'micro/metrics-exponential.mjs',
  'micro/metrics-bound.mjs',
  'micro/metrics-bound-off.mjs',
  'micro/metrics-bound-in-span.mjs',
  'memory/metrics-measurement.mjs',
  'memory/metrics-bound.mjs',
  'memory/metrics-series.mjs',
  'pipeline/metrics-collect.mjs',
  'micro/metrics-scrape.mjs',
  'startup/time.mjs',
  'startup/memory.mjs',
  'startup/register-time.mjs',
  'startup/register-memory.mjs',
];
/** Cases with contenders and a table of their own: a server under load, a logging library. */
const serverFiles = [
  'http/hello.mjs',
  'http/cost.mjs',
  'http/slow-receiver.mjs',
  'http/memory.mjs',
  'logs/pino.mjs',
];

const { values: options, positionals: words } = commandLine(import.meta.url, {
  quick: { type: 'boolean', default: false },
  node: { type: 'string', default: '20,26' },
  contenders: { type: 'string', default: allContenders.join(',') },
  rounds: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
});
const contenders = options.contenders.split(',');
const unknown = contenders.find((name) => !allContenders.includes(name));
if (unknown !== undefined)
  throw new Error(`--contenders names ${unknown}; there are ${allContenders.join(', ')}`);
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const files = caseFiles.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
const servers = serverFiles.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (files.length + servers.length === 0) {
  const all = [...caseFiles, ...serverFiles].join(', ');
  throw new Error(`No case matches ${JSON.stringify(words)}; there are ${all}`);
}

if (contenders.includes(OURS) && !options['no-build']) {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}
if (contenders.includes(OURS)) await joinSonde();
const withRegister = files.some((file) => file.includes('register'));
for (const line of ['official-2', 'official-3']) {
  if (!contenders.some((name) => name.startsWith(line))) continue;
  installApart(`bench/contenders/${line}`);
  if (withRegister) installApart(`bench/contenders/${line}-auto`);
}
if (files.some((file) => file.includes('prom'))) installApart('bench/contenders/prom-client');
const hasOfficial = contenders.some((name) => name.startsWith('official'));
if (servers.some((file) => file.startsWith('http')) && hasOfficial)
  installApart('bench/contenders/official-http');

async function runAll(node) {
  const runs = [];
  for (const file of files) {
    const module = await loadCase(file);
    const all = contenders.includes(OURS) ? [...contenders, PROM_CLIENT] : contenders;
    const taking = all.filter((name) => module.contenders?.includes(name) ?? name !== PROM_CLIENT);
    const results = await compare({
      node,
      file,
      case: module,
      contenders: taking,
      rounds,
      quick: options.quick,
    });
    const verdict = judge(module.target, results, OURS);
    const run = { title: module.title, target: module.target, results, verdict };
    runs.push(run);
    console.log(table([run], contenders).at(-1));
    const prom = results.get(PROM_CLIENT);
    if (prom?.value !== undefined)
      console.log(`  ${PROM_CLIENT}: ${prom.value.toFixed(1)} (${prom.minimum.toFixed(1)}) ${prom.unit}`);
    for (const [name, { error }] of results) if (error !== undefined) console.error(`  ${name}: ${error}`);
  }
  return runs;
}

/** The cases that bring their own tables: `{ title, lines, verdicts, errors }` each. */
async function runServers(node, major) {
  const runs = [];
  for (const file of servers) {
    const module = await import(new URL(file, import.meta.url));
    const official = hasOfficial;
    const run = await module.runCase({ node, major, rounds, quick: options.quick, official });
    runs.push({ title: module.title, ...run });
    console.log(`\n${module.title}\n\n${run.lines.join('\n')}`);
    for (const error of run.errors) console.error(`  ${error}`);
  }
  return runs;
}

const byNode = new Map();
const serversByNode = new Map();
for (const major of options.node.split(',')) {
  const version = nodeVersions[major];
  if (version === undefined)
    throw new Error(`--node names ${major}; there are ${Object.keys(nodeVersions).join(', ')}`);
  const node = nodeBinary(Number(major));
  console.log(`\nNode ${version}`);
  if (files.length > 0) console.log(table([], contenders).join('\n'));
  byNode.set(version, await runAll(node));
  console.log(notes(byNode.get(version)).join('\n'));
  serversByNode.set(version, await runServers(node, Number(major)));
}

const failures = [...byNode.values()]
  .flat()
  .flatMap(({ results }) => [...results.values()].filter(({ error }) => error))
  .concat([...serversByNode.values()].flat().flatMap(({ errors }) => errors));
const complete = words.length === 0 && !options.quick && contenders.length === allContenders.length;
if (complete && failures.length === 0) {
  writeFileSync(join(root, 'docs/benchmarks.md'), document(byNode, serversByNode, contenders, rounds));
  console.log('\nWrote docs/benchmarks.md');
}
const missed = [
  ...[...byNode.values()].flat().map(({ verdict }) => verdict),
  ...[...serversByNode.values()].flat().flatMap(({ verdicts }) => verdicts),
].filter(({ reached }) => !reached);
if (contenders.includes(OURS)) {
  console.log(
    missed.length === 0 ? '\nEvery target is reached.' : `\n${missed.length} targets are not reached.`,
  );
}
if (failures.length > 0) {
  console.error(`${failures.length} measurements failed.`);
  process.exitCode = 1;
}
