/**
 * npm run bench:guideline [-- [--node 20,26] [--rounds 10] [--spans 1000000] [--rate 10000] [--seconds 15]
 *                             [--contenders sonde,official] [--no-build] [--write]]
 *
 * The figures that the specification asks of every language (performance-benchmark.md), with its spans: throughput of one
 * core and of all, CPU and heap at a given rate with the simple and the batch processor, each with mean and standard
 * deviation; ten rounds are ten million spans and take 40 minutes. --write puts them into docs/performance.md;
 * `--node current` takes the Node that runs this.
 */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandLine } from '../../scripts/command-line.mjs';
import { installApart } from '../../scripts/install-apart.mjs';
import { nodeBinary, nodeVersions } from '../../scripts/node.mjs';
import { startReceiver } from '../harness/start-receiver.mjs';
import { deviation, mean } from '../harness/statistics.mjs';
import { number } from '../harness/table.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const child = fileURLToPath(new URL('child.mjs', import.meta.url));

const { values: options } = commandLine(import.meta.url, {
  node: { type: 'string', default: '20,26' },
  rounds: { type: 'string', default: '10' },
  spans: { type: 'string', default: '1000000' },
  rate: { type: 'string', default: '10000' },
  seconds: { type: 'string', default: '15' },
  contenders: { type: 'string', default: 'sonde,official' },
  'no-build': { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
});

function positive(name) {
  const value = Number(options[name]);
  if (!(value > 0)) throw new Error(`--${name} is ${options[name]}; allowed are numbers above 0`);
  return value;
}

const rounds = positive('rounds');
const spans = positive('spans');
const rate = positive('rate');
const seconds = positive('seconds');
const contenders = options.contenders.split(',');
for (const name of contenders) {
  if (!['sonde', 'official'].includes(name))
    throw new Error(`--contenders names ${name}; there are sonde and official`);
}

if (!options['no-build']) {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}
if (contenders.includes('official')) installApart('bench/contenders/official-3');

/** One child with a receiver of its own: its result, with the share of its spans that arrived. */
async function measure(node, contender, task) {
  const receiver = await startReceiver();
  try {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name));
    const args = ['--expose-gc', child, contender, receiver.url, JSON.stringify(task)];
    const { stdout } = await promisify(execFile)(node, args, {
      env: Object.fromEntries(inherited),
      cwd: root,
    });
    const result = JSON.parse(stdout.trimEnd().split('\n').at(-1));
    const counts = await receiver.counts();
    return { ...result, delivered: counts.spans / result.made };
  } finally {
    receiver.close();
  }
}

const MEGABYTE = 2 ** 20;
const share = (value) => value * 100;
const megabytes = (value) => value / MEGABYTE;

/** The lines of the table: what is shown, of which measurement, in which unit. */
const figures = [
  ['spans created and exported in a second, one process', 'one', (result) => result.spansPerSecond, ''],
  [
    `the same in ${availableParallelism()} processes at once, average of a process`,
    'all',
    (result) => result.spansPerSecond,
    '',
  ],
];
for (const processor of ['batch', 'simple']) {
  const at = `at ${rate.toLocaleString('en-US')} spans a second, ${processor} processor`;
  figures.push(
    [`CPU ${at}: average`, processor, (result) => share(result.cpuAverage), ' %'],
    [`CPU ${at}: peak of a second`, processor, (result) => share(result.cpuPeak), ' %'],
    [`heap ${at}: average`, processor, (result) => megabytes(result.heapAverage), ' MB'],
    [`heap ${at}: peak`, processor, (result) => megabytes(result.heapPeak), ' MB'],
    [`spans delivered ${at}`, processor, (result) => share(result.delivered), ' %'],
  );
}

/** Measurement -> results of all rounds, of one contender. */
async function results(node, contender) {
  const found = { one: [], all: [], batch: [], simple: [] };
  const warmUp = Math.min(spans, 100_000);
  const throughput = { kind: 'throughput', processor: 'batch', spans, warmUp };
  for (let round = 0; round < rounds; round++) {
    found.one.push(await measure(node, contender, throughput));
    const processes = Array.from({ length: availableParallelism() }, () =>
      measure(node, contender, throughput),
    );
    const atOnce = await Promise.all(processes);
    found.all.push({ spansPerSecond: mean(atOnce.map(({ spansPerSecond }) => spansPerSecond)) });
    for (const processor of ['batch', 'simple'])
      found[processor].push(await measure(node, contender, { kind: 'steady', processor, rate, seconds }));
  }
  return found;
}

async function table(node) {
  const byContender = [];
  for (const contender of contenders) byContender.push(await results(node, contender));
  const lines = [
    `| mean ± standard deviation of ${rounds} | ${contenders.join(' | ')} |`,
    `|---|${contenders.map(() => '---|').join('')}`,
  ];
  for (const [title, measurement, read, unit] of figures) {
    const cells = byContender.map((found) => {
      const values = found[measurement].map(read);
      return `${number(mean(values))} ± ${number(deviation(values))}${unit}`;
    });
    lines.push(`| ${title} | ${cells.join(' | ')} |`);
  }
  return lines;
}

const text = [
  "# Performance by the specification's guideline",
  '',
  'Generated by `npm run bench:guideline -- --write`; do not edit. The figures that',
  '[performance-benchmark.md](https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/performance-benchmark.md)',
  'asks for, with its spans: no parent, ten attributes of twenty characters and values of twenty, AlwaysOn, over OTLP/HTTP protobuf to a',
  'receiver in another process. A process of Node makes spans on one core; with as many processes as cores the receivers take part of them.',
  'CPU is that of the whole process, 100 % being one core; heap is what is there beyond the warm process without spans.',
  'The `official` SDK is 3.1.1. What Sonde is measured by day to day is in [benchmarks.md](benchmarks.md).',
  '',
  `- Machine: ${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
  `- Date: ${new Date().toISOString().slice(0, 10)}`,
  `- Rounds: ${rounds}, of ${spans.toLocaleString('en-US')} spans for the throughput and ${seconds} seconds for CPU and heap`,
  '',
];
for (const major of options.node.split(',')) {
  const isThis = major === 'current';
  const version = isThis ? process.version.slice(1) : nodeVersions[major];
  if (version === undefined)
    throw new Error(`--node names ${major}; there are current, ${Object.keys(nodeVersions).join(', ')}`);
  const lines = await table(isThis ? process.execPath : nodeBinary(Number(major)));
  console.log(`\nNode ${version}\n\n${lines.join('\n')}`);
  text.push(`## Node ${version}`, '', ...lines, '');
}
if (options.write) {
  writeFileSync(join(root, 'docs/performance.md'), text.join('\n'));
  console.log('\nWrote docs/performance.md');
}
