/**
 * npm run conformance [-- [--subject official] [--no-build] [--accept-losses] word …]
 *
 * Compiles and runs the conformance tests, joins their results with the rows of docs/conformance and writes the report.
 * With --subject official the same files run against the official SDK 3.x on Node 24 and nothing is written: what is
 * printed is where its behaviour and the mark that the rows give it disagree. Words choose files by a part of their name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../../scripts/command-line.mjs';
import { installApart } from '../../../scripts/install-apart.mjs';
import { nodeBinary } from '../../../scripts/node.mjs';
import { shownIn, writeReport } from './report.mjs';
import { isShown, join, readRows } from './rows.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = joinPath(here, '../../..');
const built = joinPath(here, '../.test-dist/conformance');
const docs = new URL('../../../docs/conformance/', import.meta.url);
const reportFile = new URL('report.md', docs);

const { values: options, positionals: words } = commandLine(import.meta.url, {
  subject: { type: 'string', default: 'sonde' },
  'no-build': { type: 'boolean', default: false },
  'accept-losses': { type: 'boolean', default: false },
});
if (!['sonde', 'official'].includes(options.subject)) {
  throw new Error(`--subject is ${options.subject}; it can be sonde or official`);
}

function compile() {
  if (!options['no-build']) {
    const build = spawnSync(process.execPath, [joinPath(root, 'scripts/build.mjs')], { stdio: 'inherit' });
    if (build.status !== 0) return false;
  }
  rmSync(built, { recursive: true, force: true });
  const tsc = joinPath(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' }).status === 0;
}

function testFiles() {
  if (!existsSync(built)) return [];
  return readdirSync(built)
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
    .map((name) => joinPath(built, name));
}

/** The environment of a run names no OTEL_* setting: a test that wants one sets it itself. */
function cleanEnvironment() {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', SONDE_SUBJECT: options.subject };
}

function runTests(files) {
  const folder = mkdtempSync(joinPath(tmpdir(), 'sonde-conformance-'));
  const output = joinPath(folder, 'results.jsonl');
  const node = options.subject === 'official' ? nodeBinary(24) : process.execPath;
  const reporter = joinPath(here, 'reporter.mjs');
  try {
    spawnSync(
      node,
      [
        '--test',
        // A file that hangs is ended; the slowest takes 25 s.
        '--test-timeout=300000',
        '--test-force-exit',
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${output}`,
        ...files,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'], env: cleanEnvironment() },
    );
    return (
      readFileSync(output, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        // A file as a whole arrives as a test of its path; that it failed is worth telling, that it passed shows nothing.
        .filter(({ title, outcome }) => outcome !== 'passed' || !title.endsWith('.test.js'))
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printList(title, lines) {
  if (lines.length === 0) return;
  console.log(`\n${title} (${lines.length}):`);
  for (const line of lines) console.log(`  ${line}`);
}

function firstLine(text) {
  return text.split('\n')[0].slice(0, 160);
}

function describeFailures(results) {
  return results
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ title, file, reason }) => `${basename(file)}: ${title}\n      ${firstLine(reason)}`);
}

function judgeSonde(table, results, tests) {
  const shown = [...table.rows.keys()].filter((id) => isShown(tests.get(id)) && !table.notes.has(id));
  printList('Failed', describeFailures(results));
  printList(
    'Skipped or todo, so they show nothing',
    results.filter(({ outcome }) => outcome === 'skipped' || outcome === 'todo').map(({ title }) => title),
  );
  console.log(`\n${results.length} tests, ${shown.length} of ${table.rows.size} rows shown.`);
  const failed = results.some(({ outcome }) => outcome === 'failed');
  if (words.length > 0) return !failed;
  const before = existsSync(reportFile) ? shownIn(readFileSync(reportFile, 'utf8')) : [];
  const lost = before.filter((id) => !shown.includes(id));
  printList('Shown in the report as it stands, and no longer', lost);
  if (lost.length > 0 && !options['accept-losses']) return false;
  writeFileSync(reportFile, writeReport(table, tests));
  console.log('Wrote docs/conformance/report.md');
  return !failed;
}

/** Where the official SDK does not do what the row's mark says of it. */
function disagreements({ rows }, tests) {
  const found = new Map();
  for (const [id, list] of tests) {
    const { official, executed, statement } = rows.get(id);
    const passes = isShown(list);
    if (official === 'yes' && !passes) {
      const failure = list.find(({ outcome }) => outcome !== 'passed');
      found.set(
        id,
        `marked yes, fails: ${statement}\n      ${failure.title}: ${firstLine(failure.reason ?? '')}`,
      );
    }
    if (official === 'no' && executed === 'yes' && passes) {
      found.set(id, `marked no (executed), passes: ${statement}`);
    }
  }
  return found;
}

function judgeOfficial(table, results, tests) {
  const found = disagreements(table, tests);
  const open = [...found].filter(([id]) => !table.settled.has(id));
  const settled = [...found].filter(([id]) => table.settled.has(id));
  const stale = [...table.settled.keys()].filter((id) => tests.has(id) && !found.has(id));
  printList(
    'Disagreements, open',
    open.map(([id, text]) => `${id} ${text}`),
  );
  printList(
    'Disagreements, settled',
    settled.map(([id]) => `${id} ${table.settled.get(id).verdict}: ${table.settled.get(id).reason}`),
  );
  if (words.length === 0) printList('Settled, but there is no such disagreement any more', stale);
  const passing = [...tests.values()].filter(isShown).length;
  console.log(
    `\n${results.length} tests; the official SDK passes ${passing} of the ${tests.size} rows they carry.`,
  );
  return open.length === 0 && (words.length > 0 || stale.length === 0);
}

const compiled = compile();
const files = testFiles();
if (files.length === 0) {
  console.error(`No conformance test file matches ${JSON.stringify(words)}`);
  process.exit(1);
}
if (options.subject === 'official') installApart('interop/official-3');
const table = readRows(docs);
const results = runTests(files);
const { tests, faults } = join(table.rows, results);
printList('Titles that cannot be used', faults);
const judge = options.subject === 'official' ? judgeOfficial : judgeSonde;
const good = judge(table, results, tests);
process.exit(compiled && good && faults.length === 0 && results.length > 0 ? 0 : 1);
