/** Every program in the README runs as it stands, in an empty folder with the tarball. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project, repositoryFolder, run } from './packed.ts';

const readme = readFileSync(join(repositoryFolder, 'README.md'), 'utf8');
const programs = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

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
      run(process.execPath, [file], project.folder, {
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
      });
    });
  }
});
