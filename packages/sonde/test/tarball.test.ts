/** The tarball in an empty folder: what is in it, and that every entry loads in every way, as one copy. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { entries, fileOf, manifest, Project, repositoryFolder } from './packed.ts';

describe('tarball', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  it('holds built files, the manifest, the licence and the two documents, and nothing else', () => {
    const strange = project.packed.files.filter(
      (path) =>
        !/^dist\/(esm|cjs)\/.*\.(js|d\.ts)$/.test(path) &&
        !/^dist\/bundle\/.*\.mjs$/.test(path) &&
        !['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/cjs/package.json'].includes(path),
    );
    assert.deepEqual(strange, []);
    for (const document of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
      assert.ok(project.packed.files.includes(document), `${document} is missing`);
    }
  });

  it('holds no test, no type test and nothing that only tests use', () => {
    assert.deepEqual(
      project.packed.files.filter((path) => /\.(test|test-d|fixture)\./.test(path)),
      [],
    );
  });

  it('holds every file that the manifest names', () => {
    for (const conditions of Object.values(manifest.exports)) {
      for (const [path] of JSON.stringify(conditions).matchAll(/\.\/dist[^"]+/g)) {
        assert.ok(project.packed.files.includes(path.slice(2)), `${path} is not in the tarball`);
      }
    }
  });

  it('installs alone: nothing comes with it that the manifest does not name', () => {
    const lock = JSON.parse(readFileSync(join(project.folder, 'node_modules/.package-lock.json'), 'utf8'));
    const expected = [
      'node_modules/sonde',
      ...Object.keys(manifest.dependencies ?? {}).map((name) => `node_modules/${name}`),
    ];
    assert.deepEqual(Object.keys(lock.packages).sort(), expected.sort());
  });

  for (const entry of entries) {
    it(`${entry}: import and require give the same instance`, () => {
      const program = `
        import { createRequire } from 'node:module';
        import * as imported from '${entry}';
        const required = createRequire(import.meta.url)('${entry}');
        const names = Object.keys(imported).filter((name) => name !== 'module.exports');
        if (names.length === 0) throw new Error('exports nothing');
        for (const name of names) if (imported[name] !== required[name]) throw new Error(name + ' is two things');
        console.log('same');`;
      assert.equal(project.node('both.mjs', program).trim(), 'same');
    });

    it(`${entry}: loads from CommonJS and from a dynamic import`, () => {
      const program = `
        const required = require('${entry}');
        import('${entry}').then((imported) => {
          const name = Object.keys(required).find((key) => key !== 'default');
          console.log(imported[name] === required[name] ? 'same' : name + ' is two things');
        });`;
      assert.equal(project.node('both.cjs', program).trim(), 'same');
    });

    it(`${entry}: the CommonJS build, which Jest and old bundlers take, exports the same names`, () => {
      const file = fileOf(entry);
      const program = `
        const names = (loaded) => Object.keys(loaded).filter((key) => !['__esModule', 'module.exports'].includes(key)).sort().join();
        const [esm, cjs] = ['esm', 'cjs'].map((kind) => names(require('./node_modules/sonde/dist/' + kind + '/entry/${file}.js')));
        console.log(esm === cjs ? 'same' : esm + '\\n' + cjs);`;
      assert.equal(project.node('names.cjs', program).trim(), 'same');
    });
  }

  it('keeps what is not an entry to itself', () => {
    const program = `
      import('sonde/dist/esm/entry/sdk.js').catch((error) => console.log(error.code));
      import('sonde/internal').catch((error) => console.log(error.code));`;
    const codes = project.node('closed.mjs', program).trim().split('\n');
    assert.deepEqual(codes, ['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
  });

  it('says the version of the manifest in its own manifest entry', () => {
    const program = "console.log(require('sonde/package.json').version)";
    assert.equal(project.node('version.cjs', program).trim(), manifest.version);
  });

  it('leaves a program that only loads it free to end', () => {
    const program = entries.map((entry) => `import '${entry}';`).join('\n');
    assert.equal(project.node('ends.mjs', program), '');
  });

  it('comes with the licence and README of the repository', () => {
    for (const document of ['LICENSE', 'README.md']) {
      const installed = join(project.folder, 'node_modules/sonde', document);
      assert.ok(existsSync(installed));
      assert.equal(readFileSync(installed, 'utf8'), readFileSync(join(repositoryFolder, document), 'utf8'));
    }
  });
});
