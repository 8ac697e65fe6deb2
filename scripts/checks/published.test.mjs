// The checks of what is published, each against something it must refuse.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { root } from '../build.mjs';
import { checkCeilings, checkForBrowsers } from './bytes.mjs';
import { checkCommands, checkDesigns, checkEntryTable, checkIndex, checkLinks, checkPaths } from './docs.mjs';
import { checkManifest, conditionsOf } from './manifest.mjs';
import {
  checkAmbientTypes,
  checkPrivates,
  declarationsOf,
  exportedNames,
  reachableFiles,
} from './public-types.mjs';

const tree = (files) => new Map(Object.entries(files));
const refuses = (problems, part) => {
  assert.equal(problems.length, 1, problems.join('\n') || 'nothing was found');
  assert.ok(problems[0].includes(part), problems[0]);
};

describe('public types', () => {
  const files = tree({
    'entry/sdk.d.ts':
      "/** All. */\nexport { A, type B } from '../sdk/a.ts';\nexport type { C as D } from '../sdk/c.ts';\n",
    'sdk/a.d.ts':
      "import type { Hidden } from './hidden.ts';\n/** An A. */\nexport declare class A {\n    x: Hidden;\n}\nexport {};\n",
    'sdk/c.d.ts': 'export type C = 1;\n',
    'sdk/hidden.d.ts': 'export interface Hidden {\n    y: 1;\n}\n',
  });

  it('lists values and types by the name users see', () => {
    assert.deepEqual(exportedNames(files.get('entry/sdk.d.ts')), ['A', 'B (type)', 'D (type)']);
    assert.deepEqual(exportedNames("export { A as default } from './a.ts';"), ['default']);
  });

  it('shows the declarations that are re-exported, without comments', () => {
    const text = declarationsOf(files, 'entry/sdk.d.ts');
    assert.match(text, /\/\/ sdk\/a\.d\.ts\nimport type .*\nexport declare class A \{\n {4}x: Hidden;\n\}\n/);
    assert.doesNotMatch(text, /An A|interface Hidden/);
    assert.ok(reachableFiles(files, 'entry/sdk.d.ts').includes('sdk/hidden.d.ts'));
  });

  for (const member of [
    '#private;',
    'private readonly x;',

    '_state: 1;',
    'readonly _z?: 1;',
  ]) {
    it(`refuses the member ${member}, however deep`, () => {
      const text = `export interface Hidden {\n    ${member}\n}\n`;
      refuses(
        checkPrivates(new Map([...files, ['sdk/hidden.d.ts', text]]), 'entry/sdk.d.ts'),
        'sdk/hidden.d.ts:2',
      );
    });
  }

  it('refuses types that need @types/node', () => {
    const text = 'export type C = NodeJS.Timeout;';
    refuses(checkAmbientTypes(new Map([...files, ['sdk/c.d.ts', text]]), 'entry/sdk.d.ts'), 'NodeJS.Timeout');
    assert.deepEqual(checkAmbientTypes(files, 'entry/sdk.d.ts'), []);
    assert.deepEqual(checkPrivates(files, 'entry/sdk.d.ts'), []);
  });
});

describe('manifest', () => {
  const manifest = () => ({
    name: 'sonde',
    typesVersions: { '*': { sdk: ['./dist/cjs/entry/sdk.d.ts'] } },
    exports: { '.': conditionsOf('index'), './sdk': conditionsOf('sdk'), './package.json': './package.json' },
  });

  it('accepts entries written out in full', () =>
    assert.deepEqual(checkManifest(manifest(), ['index', 'sdk']), []));
  it('refuses an entry without a source, and a source without an entry', () => {
    refuses(checkManifest(manifest(), ['index']), 'has no src/entry/sdk.ts');
    refuses(checkManifest(manifest(), ['index', 'sdk', 'otlp']), 'src/entry/otlp.ts is not in exports');
  });
  it('refuses conditions in another order', () => {
    const changed = manifest();
    const { import: esm, ...rest } = changed.exports['./sdk'];
    changed.exports['./sdk'] = { ...rest, import: esm };
    refuses(checkManifest(changed, ['index', 'sdk']), 'exports["./sdk"] must be');
  });
  it('refuses typesVersions that lack an entry', () => {
    refuses(checkManifest({ ...manifest(), typesVersions: { '*': {} } }, ['index', 'sdk']), 'node10');
  });
});

describe('bytes', () => {
  it('accepts the ceiling itself and refuses one byte more', () => {
    assert.deepEqual(checkCeilings({ sdk: 100 }, { sdk: 100 }), []);
    refuses(checkCeilings({ sdk: 101 }, { sdk: 100 }), 'its ceiling is 100');
  });
  it('refuses an entry without a ceiling and a ceiling without an entry', () => {
    refuses(checkCeilings({ sdk: 1 }, {}), 'no ceiling');
    refuses(checkCeilings({}, { sdk: 1 }), 'not measured');
  });
  for (const text of ['process.env.X', 'Buffer.from("a")', 'globalThis.process', 'typeof setImmediate']) {
    it(`refuses ${text} in what browsers get`, async () => {
      refuses(
        await checkForBrowsers(root, 'sdk', `export const a = ${text};`),
        'the browser bundle of sdk needs',
      );
    });
  }
  it('refuses a built-in module', async () => {
    await assert.rejects(checkForBrowsers(root, 'sdk', "import 'node:http';"), /node:http/);
  });
  it('accepts web standards, and the same words as keys and in strings', async () => {
    const text = "export const a = (b) => fetch(b.process, { process: 'process.pid', 'node:e': crypto });";
    assert.deepEqual(await checkForBrowsers(root, 'sdk', text), []);
  });
});

describe('documents', () => {
  it('refuses a link that leads nowhere', () => {
    const documents = tree({
      'docs/a.md': '[b](b.md) [c](../c.md#part) [web](https://example.org) [here](#x)',
    });
    refuses(
      checkLinks(documents, (path) => path === 'docs/b.md'),
      '../c.md',
    );
    assert.deepEqual(
      checkLinks(documents, () => true),
      [],
    );
  });
  it('refuses the name of a file that is not there, and knows paths under src', () => {
    const documents = tree({ 'A.md': '`sdk/a.ts` `docs/b.md` `sdk/gone.ts` `a/b` `sdk/` `npm run x`' });
    const present = ['packages/sonde/src/sdk/a.ts', 'packages/sonde/src/sdk/', 'docs/b.md'];
    refuses(
      checkPaths(documents, (path) => present.includes(path)),
      'sdk/gone.ts',
    );
  });
  it('refuses a document that the index does not know', () => {
    refuses(
      checkIndex(tree({ 'docs/README.md': '[a](a.md)', 'docs/a.md': '', 'docs/b.md': '' })),
      'docs/b.md',
    );
  });
  it('refuses a design without its rejected alternatives at the end', () => {
    const fine = '# T\n## Why\n## Rejected alternatives\nNone.';
    refuses(
      checkDesigns(tree({ 'docs/design/a.md': fine, 'docs/design/b.md': '# T\n## Why\n' })),
      'docs/design/b.md',
    );
  });
  it('refuses a table of entries that differs from exports', () => {
    refuses(checkEntryTable('| `sonde` | x |', ['sonde', 'sonde/sdk']), 'lacks sonde/sdk');
    refuses(checkEntryTable('| `sonde` | x |\n| `sonde/x` | y |', ['sonde']), 'sonde/x is not an entry');
  });
  it('refuses a command that does not exist', () => {
    refuses(checkCommands(tree({ 'README.md': 'npm run biuld' }), { build: 'x' }), '"biuld"');
  });
});
