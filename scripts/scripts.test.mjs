// The scripts that decide what is built, on which Node it is tried, and whether enough was tried.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageFolder, withoutPrivates } from './build.mjs';
import {
  announceNames,
  deferInNode,
  importFirst,
  nameFiles,
  pastPlatform,
  withEqualRowsShared,
  withoutRowNotes,
} from './join.mjs';
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

describe('join', () => {
  it('turns a deferred module into one that reads its part at the first call', () => {
    const text = "import * as part from './part.js';\n/** What. */\nexport const loadPart = () => part;\n";
    assert.equal(
      deferInNode(text, '/esm/platform/node-parts.js'),
      [
        'import { requireNear } from "/esm/platform/node-parts.js";',
        'let part;',
        'export const loadPart = () => (part ??= requireNear(import.meta.url, () => import("./part.js")));',
      ].join('\n'),
    );
  });
  for (const text of [
    "import { part } from './part.js';\nexport const loadPart = () => part;",
    "import * as part from './part.js';\nexport const loadPart = () => other;",
    "import * as part from './part.js';\nstart();\nexport const loadPart = () => part;",
  ]) {
    it(`refuses a deferred module that says anything else: ${text.split('\n')[1]}`, () => {
      assert.throws(() => deferInNode(text, 'x'), /more than the import of a part/);
    });
  }

  it('names the file of a part to whoever loads it, wherever the lines are broken', () => {
    const named = 'requireNear2(import.meta.url,"./part-AB.js",()=>import("./part-AB.js"))';
    assert.equal(nameFiles('f(requireNear2(import.meta.url,()=>import("./part-AB.js")))'), `f(${named})`);
    assert.equal(nameFiles('requireNear2(import.meta.url,\n()=>import(\n"./part-AB.js"))'), named);
  });
  it('fails when a part would be left without a file', () => {
    assert.throws(() => nameFiles('requireNear(import.meta.url,()=>load("./part.js"))'), /has no name/);
  });

  it('leaves out of the table of variables what only its documentation shows', () => {
    const text = [
      "// spec: 'general', wiredBy: 'startSdk' is said of each.",
      "    A_B: { type: 'enum', values: ['none', 'b'], default: 'b', spec: 'general', status: 'deprecated', wiredBy: 'x, y' },",
      "    C: { type: 'pairs', secret: true, spec: 'otlp', wiredBy: '' },",
    ];
    assert.deepEqual(withoutRowNotes(text.join('\n')).split('\n'), [
      text[0],
      "    A_B: { type: 'enum', values: ['none', 'b'], default: 'b' },",
      "    C: { type: 'pairs', secret: true, wiredBy: '' },",
    ]);
  });

  it('has one object for rows that say the same', () => {
    const text = ["  A: { type: 'string' },", "  B: { type: 'pairs' },", "  C: { type: 'string' },"];
    assert.deepEqual(withEqualRowsShared(text.join('\n')).split('\n'), [
      "const ROW_0 = { type: 'string' };",
      'A: ROW_0,',
      text[1],
      'C: ROW_0,',
    ]);
  });

  it('leaves nothing of it in any row of the table as it is, and no row without its type', async () => {
    const file = join(packageFolder, 'dist/esm/sdk/common/environment-table.js');
    const text = withEqualRowsShared(withoutRowNotes(readFileSync(file, 'utf8')));
    const { ENVIRONMENT_ROWS } = await import(pathToFileURL(file).href);
    const { ENVIRONMENT_ROWS: joined } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    const expected = Object.entries(ENVIRONMENT_ROWS).map(([name, { spec, status, wiredBy, ...row }]) => [
      name,
      wiredBy === '' ? { ...row, wiredBy } : row,
    ]);
    assert.deepEqual(joined, Object.fromEntries(expected));
  });

  it('lets the import of one file stand before all others, wherever lines are broken', () => {
    const text =
      'import{a,\nb}from"../chunks/c.mjs";import"../chunks/x.mjs";import{d}from\n"../chunks/api.mjs";let x=1;import{y}from"z";';
    const sorted =
      'import{d}from\n"../chunks/api.mjs";import{a,\nb}from"../chunks/c.mjs";import"../chunks/x.mjs";let x=1;import{y}from"z";';
    assert.equal(importFirst(text, 'api.mjs'), sorted);
    assert.equal(importFirst(sorted, 'api.mjs'), sorted);
    assert.equal(importFirst('let x="a";', 'api.mjs'), 'let x="a";');
  });
  it('announces names of the core, the shortest first, until there are enough, and none that is known', () => {
    const api = 'var context=1,knownOne="text";';
    const core =
      'function longerName(e){return e.knownOne.otherOne("no. word, at all").catch(e)}class ThirdOne extends Base{}var x=e.context;';
    const announced = (enough) =>
      announceNames('import"./api.mjs";', [api], core, enough).split('\nif(0)')[1];
    // Three are known: import, context and knownOne. What has less than four characters is none.
    assert.equal(announced(3), undefined);
    assert.equal(announced(5), '[otherOne,ThirdOne];\n');
    assert.equal(announced(99), '[otherOne,ThirdOne,longerName];\n');
  });

  it('imports from the module that has a name what platform/node.js only passes on', () => {
    const owners = new Map([['openHttpClient', '/esm/platform/node-http.js']]);
    assert.equal(
      pastPlatform('import { now as a, openHttpClient as b } from "#platform";\na(b);', owners),
      'import { now as a } from "#platform";\nimport { openHttpClient as b } from "/esm/platform/node-http.js";\na(b);',
    );
    assert.equal(
      pastPlatform('import { now } from "#platform";', owners),
      'import { now } from "#platform";',
    );
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
