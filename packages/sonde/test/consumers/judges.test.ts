/** publint and "are the types wrong" on the tarball, strict, with no rule ignored. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Project, run } from '../packed.ts';
import { installed } from './installed.ts';

describe('judges of the tarball', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  it('publint --strict finds nothing', () => {
    const output = run(
      process.execPath,
      [installed('publint/src/cli.js'), '--strict', project.packed.tarball],
      project.folder,
    );
    assert.match(output, /All good/);
  });

  it('attw finds every entry right under every resolution', () => {
    const cli = installed('@arethetypeswrong/cli/dist/index.js');
    const output = run(process.execPath, [cli, '--no-emoji', project.packed.tarball], project.folder);
    assert.match(output, /No problems found/);
  });
});
