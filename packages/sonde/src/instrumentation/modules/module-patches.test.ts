import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addModulePatches, type ModulePatch, reportPatchesTo } from './module-patches.ts';

const root = mkdtempSync(join(tmpdir(), 'sonde-patches-'));
const require = createRequire(join(root, 'app.js'));
const said: string[] = [];
const undo: (() => void)[] = [];
const moduleClass = Module as unknown as { prototype: { load: unknown } };
const originalLoad = moduleClass.prototype.load;

interface Greeter {
  greet: () => string;
}

/** Writes a package; each test has names of its own, since what was loaded stays loaded. */
function writePackage(folder: string, manifest: unknown, files: Record<string, string>): void {
  const home = join(root, 'node_modules', folder);
  for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

function greeter(name: string, version = '1.2.3', folder = name): void {
  writePackage(
    folder,
    { name, version, main: 'lib/greeter.js' },
    {
      'lib/greeter.js': 'exports.greet = () => "hello";',
    },
  );
}

/** A patch that puts a word before the greeting. */
function patchOf(name: string, versions = '>=1 <2', word = 'patched'): ModulePatch {
  return {
    package: name,
    versions,
    file: 'lib/greeter.js',
    patch: (module) => {
      const exports = module.exports as Greeter;
      const { greet } = exports;
      exports.greet = () => `${word} ${module.version} ${greet()}`;
      return () => {
        exports.greet = greet;
      };
    },
  };
}

function add(...patches: ModulePatch[]): () => void {
  const remove = addModulePatches(patches);
  undo.push(remove);
  return remove;
}

const greet = (name: string): string => (require(name) as Greeter).greet();

beforeEach(() => {
  said.length = 0;
  reportPatchesTo((level, message) => said.push(`${level} ${message}`));
});
afterEach(() => {
  for (const each of undo.splice(0)) each();
  assert.equal(moduleClass.prototype.load, originalLoad, 'the hook is gone with the last patch');
});
after(() => rmSync(root, { recursive: true, force: true }));

describe('addModulePatches', () => {
  it('changes a package when it is required, and takes it back', () => {
    greeter('by-require');
    const remove = add(patchOf('by-require'));
    assert.equal(greet('by-require'), 'patched 1.2.3 hello');
    remove();
    assert.equal(greet('by-require'), 'hello');
    assert.deepEqual(said, []);
  });

  it('changes a CommonJS package that an ES module imports', async () => {
    greeter('by-import');
    add(patchOf('by-import'));
    writeFileSync(join(root, 'app.mjs'), 'import { greet } from "by-import"; export default greet();');
    const { default: word } = (await import(pathToFileURL(join(root, 'app.mjs')).href)) as {
      default: string;
    };
    assert.equal(word, 'patched 1.2.3 hello');
  });

  it('changes what has been loaded before, for those who hold it', () => {
    greeter('loaded-before');
    const held = require('loaded-before') as Greeter;
    add(patchOf('loaded-before'));
    assert.equal(held.greet(), 'patched 1.2.3 hello');
  });

  it('goes by the name in package.json, not by the folder, and takes each copy by itself', () => {
    greeter('named', '1.0.0', 'an-alias');
    greeter('named', '1.9.0', 'another/node_modules/named');
    add(patchOf('named'));
    assert.equal(greet('an-alias'), 'patched 1.0.0 hello');
    const inner = createRequire(join(root, 'node_modules/another/x.js'));
    assert.equal((inner('named') as Greeter).greet(), 'patched 1.9.0 hello');
  });

  it('leaves other packages with a file of that name alone', () => {
    greeter('a-stranger');
    add(patchOf('somebody-else'));
    assert.equal(greet('a-stranger'), 'hello');
    assert.deepEqual(said, []);
  });

  it('says an unknown version once, naming it and what is known, and touches nothing', () => {
    greeter('too-new', '2.0.0');
    greeter('too-new', '2.0.0', 'too-new-again');
    add(patchOf('too-new'));
    assert.equal(greet('too-new'), 'hello');
    assert.equal(greet('too-new-again'), 'hello');
    assert.equal(said.length, 1);
    assert.match(said[0]!, /^warn .*too-new 2\.0\.0.*>=1 <2/);
  });

  it('says a patch that throws once; the library works as without it', () => {
    greeter('breaks');
    add({
      ...patchOf('breaks'),
      patch: () => {
        throw new Error('broken patch');
      },
    });
    assert.equal(greet('breaks'), 'hello');
    assert.equal(said.length, 1);
    assert.match(said[0]!, /^error .*breaks \(lib\/greeter\.js\)/);
  });

  it('applies the patches of several tables, and removes one without the other', () => {
    greeter('two-tables');
    const removeFirst = add(patchOf('two-tables', '>=1', 'first'));
    add(patchOf('two-tables', '>=1', 'second'));
    assert.equal(greet('two-tables'), 'second 1.2.3 first 1.2.3 hello');
    removeFirst();
    greeter('two-tables', '1.2.4', 'two-tables-later');
    assert.equal(greet('two-tables-later'), 'second 1.2.4 hello');
  });

  it('survives packages without name, version or readable package.json', () => {
    writePackage('nameless', { main: 'lib/greeter.js' }, { 'lib/greeter.js': 'exports.greet = () => "a";' });
    writePackage(
      'versionless',
      { name: 'versionless', main: 'lib/greeter.js' },
      {
        'lib/greeter.js': 'exports.greet = () => "b";',
      },
    );
    add(patchOf('nameless'), patchOf('versionless'));
    assert.equal(greet('nameless'), 'a');
    assert.equal(greet('versionless'), 'b');
    mkdirSync(join(root, 'loose/lib'), { recursive: true });
    writeFileSync(join(root, 'loose/lib/greeter.js'), 'exports.greet = () => "c";');
    assert.equal((require(join(root, 'loose/lib/greeter.js')) as Greeter).greet(), 'c');
    assert.deepEqual(said, []);
  });

  it('lets what a module throws through, and stays in place behind a hook of somebody else', () => {
    writePackage(
      'throws',
      { name: 'throws', version: '1.0.0', main: 'lib/greeter.js' },
      {
        'lib/greeter.js': 'throw new Error("its own");',
      },
    );
    add(patchOf('throws'));
    assert.throws(() => require('throws'), /its own/);
    const ours = moduleClass.prototype.load as (...args: unknown[]) => unknown;
    moduleClass.prototype.load = function (...args: unknown[]) {
      return ours.apply(this, args);
    };
    greeter('behind-another');
    const remove = add(patchOf('behind-another'));
    assert.equal(greet('behind-another'), 'patched 1.2.3 hello');
    remove();
    for (const each of undo.splice(0)) each();
    assert.notEqual(moduleClass.prototype.load, originalLoad);
    greeter('after-all');
    assert.equal(greet('after-all'), 'hello');
    moduleClass.prototype.load = originalLoad;
  });

  it('does not hold modules that the application has thrown out of the cache', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    greeter('reloaded');
    add(patchOf('reloaded'));
    const file = require.resolve('reloaded');
    const dropped: WeakRef<object>[] = [];
    for (let round = 0; round < 50; round++) {
      assert.equal(greet('reloaded'), 'patched 1.2.3 hello');
      dropped.push(new WeakRef(require.cache[file] as object));
      const parent = require.cache[file]?.parent;
      if (parent !== undefined && parent !== null) parent.children.length = 0;
      delete require.cache[file];
    }
    // What was looked at in this turn of the loop is kept until it ends.
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      collectGarbage();
      const held = dropped.filter((each) => each.deref() !== undefined).length;
      assert.ok(held < 5, `${held} of 50 modules are held`);
    });
  });
});
