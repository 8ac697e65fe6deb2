// Every script of the project answers --help with what it is, and an unknown option with a line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openingComment } from './command-line.mjs';

const scripts = {
  'scripts/build.mjs': 'node scripts/build.mjs --esm-only',
  'scripts/check.mjs': 'npm run check -- --update',
  'scripts/test.mjs': 'node scripts/test.mjs --consumers',
  'interop/run.mjs': 'npm run interop',
  'packages/sonde/conformance/run.mjs': 'npm run conformance',
  'bench/run.mjs': 'npm run bench',
  'bench/guideline/run.mjs': 'npm run bench:guideline',
};

function run(script, ...args) {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', timeout: 120_000 });
}

describe('a script', () => {
  for (const [script, usage] of Object.entries(scripts)) {
    it(`says what it is: ${script}`, () => {
      const { status, stdout, stderr } = run(script, '--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.ok(stdout.includes(usage), stdout);
      assert.doesNotMatch(stdout, /^( \*|\/\/)/m);
    });

    it(`names an option that it does not have: ${script}`, () => {
      const { status, stdout, stderr } = run(script, '--bogus');
      assert.deepEqual([status, stdout], [1, '']);
      assert.equal(stderr, "Unknown option '--bogus'; --help says what there is\n");
    });
  }

  it('opens with a comment of either kind', () => {
    assert.equal(openingComment('// a\n//   b\nimport x;\n// c\n'), 'a\n  b');
    assert.equal(openingComment('/**\n * a\n *\n *   b\n */\n/** c */\n'), 'a\n\n  b');
    assert.equal(openingComment('const a = 1;\n'), '');
  });
});
