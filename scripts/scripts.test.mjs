// The scripts that decide what is built, on which Node it is tried, and whether enough was tried.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { withoutPrivates } from './build.mjs';
import { findNode, nodeVersions } from './node.mjs';
import { runTests, shortfall } from './test.mjs';

describe('build', () => {
  it('drops private members from declarations, and nothing else', () => {
    const text = [
      'export declare class A {',
      '    #private;',
      '    private constructor();',
      '    private readonly x;',
      '    private static y(): void;',
      '    readonly privateKey: string;',
      '    z: { private: 1 };',
      '}',
      '',
    ];
    const kept = text.filter((line) => !/#private|readonly x|static y/.test(line));
    assert.equal(withoutPrivates(text.join('\n')), kept.join('\n'));
  });
});

describe('node', () => {
  const major = process.versions.node.split('.')[0];
  it('gives the running Node for its own line', { skip: !(major in nodeVersions) }, () => {
    assert.equal(findNode(major), process.execPath);
    assert.ok(existsSync(findNode(major)));
  });
  it('refuses a line that is not supported and names those that are', () => {
    assert.throws(() => findNode(18), { name: 'RangeError', message: /18 .* 20, 22, 24, 26/ });
  });
  it('pins an exact version for each line', () => {
    for (const [major, version] of Object.entries(nodeVersions))
      assert.match(version, new RegExp(`^${major}\\.\\d+\\.\\d+$`));
  });
});

describe('test', () => {
  it('fails when no file matches', (t) => {
    const said = t.mock.method(console, 'error', () => {});
    assert.equal(runTests({ words: ['no-such-test-file'] }).status, 1);
    assert.match(said.mock.calls[0].arguments[0], /No test file matches \["no-such-test-file"\]/);
  });
  it('accepts the least number of tests and refuses one fewer', () => {
    assert.equal(shortfall(100, 100), undefined);
    assert.equal(shortfall(99, 100), 'only 99 tests passed, .ci/min-tests asks for 100');
  });
});
