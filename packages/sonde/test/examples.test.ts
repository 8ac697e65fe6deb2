/** Every example runs as its README says, beside the installed tarball and nothing of the repository. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project, repositoryFolder, run } from './packed.ts';

const folder = join(repositoryFolder, 'examples');
const examples = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));

describe('examples', () => {
  let project: Project;
  before(() => {
    project = new Project();
    cpSync(folder, join(project.folder, 'examples'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  });
  after(() => project.remove());

  it('are there', () => assert.ok(examples.includes('exercise')));

  for (const name of examples) {
    it(`${name}: npm start runs to its end and says something`, () => {
      const { scripts } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
      const [program, ...args] = scripts.start.split(' ');
      assert.equal(program, 'node');
      const output = run(process.execPath, args, join(project.folder, 'examples', name));
      assert.notEqual(output.trim(), '');
    });
  }

  it('exercise: shows one trace, its error, its exception and the service', () => {
    const output = run(process.execPath, ['exercise.mjs'], join(project.folder, 'examples/exercise'));
    for (const word of [
      'handle-request',
      'call-database',
      'SERVER',
      'CLIENT',
      'ERROR',
      'exception',
      'exercise-svc',
    ]) {
      assert.ok(output.includes(word), `${word} is not in:\n${output}`);
    }
  });
});
