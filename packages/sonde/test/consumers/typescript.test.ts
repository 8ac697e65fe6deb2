/** The types of the tarball under the last TypeScript with the JavaScript compiler, node10 resolution included. */
import { after, before, describe, it } from 'node:test';
import { compileIn, node10, settings } from '../compilers.ts';
import { Project } from '../packed.ts';
import { installed } from './installed.ts';

describe('types of the tarball under TypeScript 5.9', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  for (const setting of [...settings, node10]) {
    it(`module ${setting.title}`, () => compileIn(project, installed('typescript-5.9/bin/tsc'), setting));
  }
});
