// The reporter decides what counts as a passed test, and with it whether CI is green: real runs of small files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const reporter = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), 'reporter.mjs')).href;

const files = {
  'good.test.mjs': `import { describe, it, test } from 'node:test';
    describe('suite', () => { it('one', () => {}); it.skip('two', () => {}); it.todo('three'); });
    test('top', async (t) => { await t.test('sub', () => {}); });`,
  'bad.test.mjs': `import { describe, it } from 'node:test';
    describe('outer', () => { describe('inner', () => { it('breaks', () => { console.log('a hint'); throw new Error('kaboom'); }); }); });`,
  'empty.test.mjs': '',
  'unloadable.test.mjs': `throw new Error('cannot load');`,
};

describe('reporter', () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-reporter-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(name) {
    const results = join(folder, 'results.json');
    const { NODE_TEST_CONTEXT: _, ...variables } = process.env;
    const { stdout } = spawnSync(
      process.execPath,
      ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', name],
      { cwd: folder, encoding: 'utf8', env: { ...variables, SONDE_TEST_RESULTS: results } },
    );
    const { passed, failed, skipped, todo } = JSON.parse(readFileSync(results, 'utf8'));
    return { stdout, counts: { passed, failed, skipped, todo } };
  }

  it('counts tests, not suites, and keeps skipped and todo apart', () => {
    const { stdout, counts } = run('good.test.mjs');
    assert.deepEqual(counts, { passed: 3, failed: 0, skipped: 1, todo: 1 });
    assert.match(stdout, /^ok good\.test\.mjs: 3 passed, 1 skipped, 1 todo/m);
    assert.match(stdout.trimEnd().split('\n').at(-1), /^3 passed, 0 failed/);
  });

  it('names a failure once, with its suites, its error and what its file printed', () => {
    const { stdout, counts } = run('bad.test.mjs');
    assert.equal(counts.failed, 1);
    assert.match(stdout, /FAILED outer > inner > breaks\n\s+Error: kaboom/);
    assert.match(stdout, /\| a hint/);
  });

  it('fails a file without tests', () => {
    assert.deepEqual(run('empty.test.mjs').counts, { passed: 0, failed: 1, skipped: 0, todo: 0 });
  });

  it('fails a file that does not load, and shows why', () => {
    const { stdout, counts } = run('unloadable.test.mjs');
    assert.equal(counts.failed, 1);
    assert.match(stdout, /cannot load/);
  });
});
