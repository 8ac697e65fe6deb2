/**
 * Every program in the README runs as it stands, and as CommonJS, in an empty folder with the tarball; what the other
 * documents import is there.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project, repositoryFolder, run } from './packed.ts';

const readme = readFileSync(join(repositoryFolder, 'README.md'), 'utf8');

const programsIn = (text: string) =>
  [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program ?? '');

const programs = programsIn(readme);

/** The same program for `require`. */
function asCommonJs(program: string): string {
  const body = program.replace(/^import (\{[^}]*\}) from ('[^']+');/gm, 'const $1 = require($2);');
  return `(async () => {\n${body}\n})();`;
}

/** Entry -> names that the documents import from it. */
function importedNames(): Record<string, string[]> {
  const docs = join(repositoryFolder, 'docs');
  const files = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  );
  const names: Record<string, string[]> = {};
  for (const file of files) {
    for (const program of programsIn(readFileSync(join(docs, file), 'utf8'))) {
      for (const [, list = '', entry = ''] of program.matchAll(/^import \{([^}]*)\} from '(sonde[^']*)'/gm)) {
        const wanted = list.split(',').map((name) => name.trim().replace(/ as .*/, ''));
        names[entry] = [...(names[entry] ?? []), ...wanted];
      }
    }
  }
  return names;
}

describe('README', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  it('has programs', () => assert.ok(programs.length >= 2));

  it('shows a trace in the terminal: parent, child, error, resource', () => {
    const program = project.write('quick-start.mjs', programs[0] ?? '');
    const output = run(process.execPath, [program], project.folder, {
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
    });
    for (const word of ['checkout', 'charge card', 'payment.attempts', 'card declined', 'shop']) {
      assert.ok(output.includes(word), `${word} is not in:\n${output}`);
    }
  });

  for (const [index, program] of programs.entries()) {
    it(`program ${index + 1} runs to its end`, () => {
      const file = project.write(`program-${index + 1}.mjs`, program);
      const quiet = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
      run(process.execPath, [file], project.folder, quiet);
      const same = project.write(`program-${index + 1}.cjs`, asCommonJs(program));
      run(process.execPath, [same], project.folder, quiet);
    });
  }

  it('has documents beside it that import what there is', () => {
    const names = importedNames();
    assert.ok(Object.keys(names).length >= 4, Object.keys(names).join());
    const missing = project.node(
      'documents.mjs',
      `const names = ${JSON.stringify(names)};
       for (const [entry, wanted] of Object.entries(names)) {
         const module = await import(entry);
         for (const name of wanted) if (!(name in module)) console.log(entry, name);
       }`,
    );
    assert.equal(missing, '');
  });
});
