// Each check against a small tree that it must refuse, and its neighbour that it must accept.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkApiEntry, checkEntries, checkLayers, signalOf } from './layers.mjs';
import { checkRhyme, expectedFiles, signalFiles } from './rhyme.mjs';
import {
  checkDocstrings,
  checkExportForms,
  checkLeftovers,
  checkLockfile,
  checkOpenings,
  checkPlatformGlobals,
  checkSizes,
  checkTimers,
  checkWords,
} from './source-rules.mjs';
import { codeOnly, importsOf, withoutComments } from './source-text.mjs';

const tree = (files) => new Map(Object.entries(files));
const refuses = (problems, ...parts) => {
  assert.equal(problems.length, 1, problems.join('\n') || 'nothing was found');
  for (const part of parts) assert.ok(problems[0].includes(part), `${problems[0]} does not name ${part}`);
};

describe('reading source as text', () => {
  it('finds static, dynamic, type and side-effect imports with their lines', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type {\n  B,\n} from './b.ts';",
      "import './c.ts';",
      "export { d } from './d.ts';",
      "const e = await import('./e.ts');",
      "type F = import('./f.ts').F;",
      "const g = require('./g.ts');",
    ].join('\n');
    const found = importsOf(text).map(({ specifier, line }) => `${specifier}:${line}`);
    assert.deepEqual(found, [
      './a.ts:1',
      './b.ts:2',
      './c.ts:5',
      './d.ts:6',
      './e.ts:7',
      './f.ts:8',
      './g.ts:9',
    ]);
  });

  it('takes no import from a comment, and is not led astray by quotes in a regular expression', () => {
    const text =
      "// import './no.ts'\n/* from './no.ts' */ const quote = /['\"`]/.test(x); const url = 'http://x';\nimport './yes.ts';";
    assert.deepEqual(
      importsOf(text).map(({ specifier }) => specifier),
      ['./yes.ts'],
    );
    assert.equal(withoutComments("a('//b') // c"), "a('//b')     ");
    assert.equal(codeOnly("a('process') / b"), "a('       ') / b");
  });

  it('takes what stands in a template for code, and what stands around it for text', () => {
    const open = '$' + '{';
    const text = `f(\`a${open} {b: \`c${open}process}d\`}[0] }e\`);process`;
    assert.equal(codeOnly(text).replace(/ /g, ''), 'f(`{{b:`{process}`}[0]}`);process');
  });
});

describe('layers', () => {
  it('lets a layer import what the table allows and itself', () => {
    const files = {
      'sdk/traces/span.ts':
        "import { a } from '../../api/trace.ts';\nimport { now } from '#platform';\nimport './limits.ts';",
      'otlp/traces/encode.ts': "import '../wire/protobuf-writer.ts';\nimport '../../sdk/traces/span.ts';",
    };
    assert.deepEqual(checkLayers(tree(files)), []);
  });

  const refused = [
    ['sdk/traces/span.ts', "import '../../otlp/exporter.ts'", 'sdk may not import otlp/exporter.ts'],
    ['api/trace.ts', "import { now } from '#platform'", 'api may not import #platform'],
    ['api/trace.ts', "import type { R } from '../sdk/common/resource.ts'", 'api may not import'],
    ['internal/lru.ts', "import '../platform/node.ts'", 'internal may not import'],
    [
      'instrumentation/http/server.ts',
      "import '../../sdk/traces/span.ts'",
      'instrumentation may not import sdk',
    ],
    ['sdk/common/ids.ts', "import { randomBytes } from 'node:crypto'", 'node:crypto'],
    ['otlp/exporter.ts', "import protobuf from 'protobufjs'", 'depends on no package'],
    ['sdk/metrics/exemplar.ts', "import '../traces/span.ts'", 'signals never import each other'],
    ['exporters/console/logs.ts', "import './traces.ts'", 'signals never import each other'],
    ['sdk/pipeline/batcher.ts', "import type { S } from '../traces/span.ts'", 'may not import one of them'],
    [
      'exporters/console/tree.ts',
      "import '../../sdk/traces/a.ts'; import '../../sdk/logs/b.ts'",
      'never meet',
    ],
    ['helpers/x.ts', '', 'not in the table'],
  ];
  for (const [path, text, part] of refused) {
    it(`refuses: ${path} has ${text || 'no layer'}`, () =>
      refuses(checkLayers(tree({ [path]: text })), path, part));
  }

  it('leaves tests free, and lets contract suites use node:test', () => {
    const files = {
      'sdk/traces/span.test.ts': "import '../../otlp/exporter.ts'; import 'fast-check';",
      'sdk/pipeline/exporter.contract.ts': "import { it } from 'node:test';",
    };
    assert.deepEqual(checkLayers(tree(files)), []);
  });

  it('knows the signal of a file by folder and by name', () => {
    assert.equal(signalOf('sdk/traces/samplers/always-on.ts'), 'traces');
    assert.equal(signalOf('exporters/console/logs.ts'), 'logs');
    assert.equal(signalOf('sdk/pipeline/batcher.ts'), undefined);
    assert.equal(signalOf('api/metrics/meter.ts'), undefined);
  });

  it('refuses code in an entry', () => {
    assert.deepEqual(
      checkEntries(tree({ 'entry/sdk.ts': "/** All. */\nexport { a, type B } from '../sdk/a.ts';\n" })),
      [],
    );
    refuses(checkEntries(tree({ 'entry/sdk.ts': 'export const a = 1;' })), 'entry/sdk.ts');
    refuses(checkEntries(tree({ 'entry/sdk.ts': "export * from '../sdk/a.ts';" })), 'entry/sdk.ts');
  });

  it('follows what the API entry loads', () => {
    const files = {
      'entry/index.js': "export { a } from '../api/a.js';",
      'api/a.js': "import '../internal/b.js';",
      'internal/b.js': "import '../sdk/c.js';",
      'sdk/c.js': '',
    };
    const bundle = {
      'entry/index.mjs': { modules: [], imports: ['chunks/x.mjs'] },
      'chunks/x.mjs': { modules: ['api/a.js'], imports: [] },
    };
    const fine = { ...files, 'internal/b.js': '' };
    refuses(checkApiEntry(tree(files), bundle), 'sdk/c.js');
    assert.deepEqual(checkApiEntry(tree(fine), bundle), []);
    const joined = { ...bundle, 'chunks/x.mjs': { modules: ['api/a.js', 'otlp/d.js'], imports: [] } };
    refuses(checkApiEntry(tree(fine), joined), 'otlp/d.js');
    refuses(checkApiEntry(tree(fine), {}), 'does not say');
  });
});

describe('rhyme', () => {
  const all = expectedFiles();
  const excused = new Map([
    ['sdk/metrics/', 'not begun'],
    ['otlp/metrics/', 'not begun'],
    ['sdk/logs/self-metrics.ts', 'not begun'],
  ]);
  const present = all.filter((path) => !/\/metrics\/|logs\/self-metrics/.test(path));

  it('accepts the tree whose gaps are all on the list', () =>
    assert.deepEqual(checkRhyme(present, excused), []));
  it('refuses a file that is missing', () => {
    const without = present.filter((path) => path !== 'sdk/traces/filter-processor.ts');
    refuses(checkRhyme(without, excused), 'sdk/traces/filter-processor.ts is missing');
  });
  it('refuses a list that is out of date', () => {
    refuses(checkRhyme([...present, 'sdk/metrics/fast-path.ts'], excused), 'strike it');
    refuses(checkRhyme([...present, 'sdk/logs/self-metrics.ts'], excused), 'strike it');
  });
  it('gives every signal the same number of files, and asks for each', () => {
    assert.deepEqual(checkRhyme(all, new Map()), []);
    assert.equal(checkRhyme([], new Map()).length, all.length);
    assert.equal(new Set(Object.values(signalFiles).map((names) => names.length)).size, 1);
  });
});

describe('rules of the source', () => {
  it('refuses process and Buffer outside Node files', () => {
    refuses(checkPlatformGlobals(tree({ 'sdk/a.ts': 'const pid = process.pid;' })), 'sdk/a.ts:1', 'process');
    refuses(checkPlatformGlobals(tree({ 'otlp/a.ts': 'return Buffer.from(x);' })), 'Buffer');
    refuses(checkPlatformGlobals(tree({ 'platform/node-http.ts': 'process.env.X' })), 'process.env');
    const fine = "// process.env\nspan.process(x); const a = { process: 1 }; const s = 'Buffer';";
    assert.deepEqual(checkPlatformGlobals(tree({ 'sdk/a.ts': fine, 'platform/node.ts': 'process.env' })), []);
  });

  it("refuses a timer outside platform, and one that is not unref'd", () => {
    refuses(checkTimers(tree({ 'sdk/a.ts': 'setTimeout(f, 1);' })), 'sdk/a.ts:1');
    refuses(
      checkTimers(tree({ 'platform/node.ts': 'const t = setInterval(f, 1);\n\n\n\n\nt.unref();' })),
      'unref',
    );
    const long = 'setTimeout(() => {\n\n\n\n\n  f();\n}, 1).unref();';
    assert.deepEqual(checkTimers(tree({ 'platform/node.ts': long })), []);
    const held = '// The timer holds the process while it flushes.\nsetTimeout(f, 1);';
    assert.deepEqual(checkTimers(tree({ 'platform/node-exit.ts': held })), []);
    assert.deepEqual(
      checkTimers(tree({ 'platform/node.ts': 'const t = setTimeout(f, 1);\nt.unref();' })),
      [],
    );
  });

  it('refuses export *, default exports and top-level await', () => {
    refuses(checkExportForms(tree({ 'sdk/a.ts': "export * from './b.ts';" })), 'export *');
    refuses(checkExportForms(tree({ 'sdk/a.ts': 'export default 1;' })), 'default');
    refuses(checkExportForms(tree({ 'sdk/a.ts': 'const a = await f();' })), 'await');
    assert.deepEqual(checkExportForms(tree({ 'sdk/a.ts': 'async function f() {\n  await g();\n}' })), []);
  });

  it('refuses a file that does not say what it owns, or is too long', () => {
    refuses(checkOpenings(tree({ 'sdk/a.ts': 'const a = 1;' })), 'sdk/a.ts');
    refuses(checkSizes(tree({ 'sdk/a.ts': '\n'.repeat(601) })), '601 lines');
    const excused = `/** Longer than 600 lines because it is one table. */${'\n'.repeat(700)}`;
    assert.deepEqual(checkSizes(tree({ 'sdk/a.ts': excused, 'sdk/b.ts': '\n'.repeat(600) })), []);
  });

  it('refuse what a run has left behind', () => {
    refuses(checkLeftovers(['a.ts', 'isolate-0x1-1-v8.log']), 'isolate-0x1-1-v8.log');
    assert.deepEqual(checkLeftovers(['a.ts', 'docs/log.md', 'b.log.ts']), []);
  });

  it('refuses marks, machine paths, registry hosts and lonely tests anywhere', () => {
    refuses(checkWords(tree({ 'README.md': `TO${'DO'}: more` })), 'README.md:1');
    refuses(checkWords(tree({ 'a.ts': `open('/${'home'}/me/x')` })), 'machine');
    refuses(checkWords(tree({ 'a.json': `https://${'registry'}.example.org/x` })), 'registry');
    refuses(checkWords(tree({ 'a.test.ts': `it.${'only'}('x')` })), 'other tests');
    assert.deepEqual(checkWords(tree({ 'a.md': 'http://x/home/page and packages/work/x' })), []);
  });

  it('refuses a lock file that names a host', () => {
    refuses(
      checkLockfile('package-lock.json', '{"resolved": "https://host.example/a.tgz"}'),
      'registry host',
    );
    assert.deepEqual(checkLockfile('package-lock.json', '{"resolved": "packages/sonde"}'), []);
  });

  it('refuses a public name without a docstring, through re-exports, and takes no file comment for one', () => {
    const entry = "export { A, type B as C } from '../sdk/a.ts';";
    const undocumented = '/** Owns A. */\nexport class A {}\n/** A thing. */\nexport interface B {}';
    refuses(checkDocstrings(tree({ 'entry/sdk.ts': entry, 'sdk/a.ts': undocumented })), 'A is public');
    const through = "/** Owns nothing. */\nexport { A } from './b.ts';\n/** A thing. */\nexport type B = 1;";
    const files = {
      'entry/sdk.ts': entry,
      'sdk/a.ts': through,
      'sdk/b.ts': '/** Owns A. */\n/** An A. */\nexport const A = 1;',
    };
    assert.deepEqual(checkDocstrings(tree(files)), []);
    const ignoring = '/** Owns A. */\n\n/** An A. */\n// a word to the linter\nexport const A = 1;';
    assert.deepEqual(checkDocstrings(tree({ ...files, 'sdk/b.ts': ignoring })), []);
    const passedOn =
      "/** Owns nothing. */\nimport { A } from './b.ts';\nexport { A };\n/** A thing. */\nexport type B = 1;";
    assert.deepEqual(checkDocstrings(tree({ ...files, 'sdk/a.ts': passedOn })), []);
    refuses(
      checkDocstrings(tree({ ...files, 'sdk/b.ts': '/** Owns A. */\n\nexport const A = 1;' })),
      'A is public',
    );
  });
});
