// The reporter of `npm test`: a line per file while it runs, each failure in full, totals at the end,
// and the counts as JSON for whoever asks how many tests there were (the file named by SONDE_TEST_RESULTS).
// A generator over the runner's events, because those are the same on every supported Node and its own reporters are not.
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { cwd, env } from 'node:process';
import { inspect } from 'node:util';

const newCounts = () => ({ passed: 0, failed: 0, skipped: 0, todo: 0, milliseconds: 0 });

/** What one run has seen so far. Files arrive one after another, though several may be running. */
class Run {
  files = new Map();
  output = new Map();
  /** Names of the tests that enclose the one being reported, by nesting. */
  names = [];
  current = undefined;

  countsOf(file) {
    if (!this.files.has(file)) this.files.set(file, newCounts());
    return this.files.get(file);
  }

  /** Output of test code is shown only for a file that fails. */
  keepOutput({ file, message }) {
    const path = resolve(file);
    this.output.set(path, (this.output.get(path) ?? '') + message);
  }

  closeFile() {
    if (this.current === undefined) return '';
    const file = this.current;
    const counts = this.files.get(file);
    if (counts.passed + counts.failed + counts.skipped + counts.todo === 0) counts.failed = 1;
    const rest = ['failed', 'skipped', 'todo'].filter((key) => counts[key] > 0);
    const output = this.output.get(file);
    return [
      counts.failed > 0 && output !== undefined ? `${output.replace(/^/gm, '    | ').trimEnd()}\n` : '',
      `${counts.failed > 0 ? 'not ok' : 'ok'} ${relative(cwd(), file)}: ${counts.passed} passed`,
      ...rest.map((key) => `, ${counts[key]} ${key}`),
      ` (${Math.round(counts.milliseconds)} ms)\n`,
    ].join('');
  }

  total() {
    const total = newCounts();
    for (const counts of this.files.values()) {
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
    return total;
  }
}

// The stack has the message, and an assertion's message has the difference; an error's other members can be endless.
function describeError(error) {
  const text = typeof error?.stack === 'string' ? error.stack : inspect(error, { depth: 4 });
  return error?.cause === undefined ? text : `${text}\nbecause of ${describeError(error.cause)}`;
}

function describeFailure(names, error) {
  const text = describeError(error?.cause ?? error);
  return `\nFAILED ${names.join(' > ')}\n${text.replace(/^/gm, '    ')}\n\n`;
}

function* countTest(run, type, data) {
  const file = resolve(data.file ?? data.name);
  if (file !== run.current) {
    yield run.closeFile();
    run.current = file;
  }
  const counts = run.countsOf(file);
  if (data.nesting === 0) counts.milliseconds += data.details.duration_ms;
  const failed = type === 'test:fail' && data.todo === undefined;
  if (failed) {
    // A suite that fails only because a test in it did has been told already.
    if (data.details.error?.failureType === 'subtestsFailed') return;
    counts.failed++;
    yield describeFailure([...run.names.slice(0, data.nesting), data.name], data.details.error);
  } else if (data.details.type !== 'suite' && resolve(data.name) !== file) {
    // A file without tests arrives as a test named like the file: closeFile turns that into a failure.
    if (data.skip !== undefined) counts.skipped++;
    else if (data.todo !== undefined) counts.todo++;
    else counts.passed++;
  }
}

function finish(run) {
  const total = run.total();
  if (env['SONDE_TEST_RESULTS'] !== undefined) {
    const files = Object.fromEntries([...run.files].map(([file, counts]) => [relative(cwd(), file), counts]));
    writeFileSync(env['SONDE_TEST_RESULTS'], `${JSON.stringify({ ...total, files }, null, 1)}\n`);
  }
  const rest = ['skipped', 'todo'].filter((key) => total[key] > 0).map((key) => `, ${total[key]} ${key}`);
  return `\n${total.passed} passed, ${total.failed} failed${rest.join('')}\n`;
}

export default async function* report(source) {
  const run = new Run();
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      run.names.length = data.nesting;
      run.names[data.nesting] = data.name;
    } else if (type === 'test:stdout' || type === 'test:stderr') {
      run.keepOutput(data);
    } else if (type === 'test:diagnostic' && /^(Error|Warning):/.test(data.message)) {
      yield `    ${data.message}\n`;
    } else if (type === 'test:pass' || type === 'test:fail') {
      yield* countTest(run, type, data);
    }
  }
  yield run.closeFile();
  yield finish(run);
}
