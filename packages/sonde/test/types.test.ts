/** The types of the installed tarball, with the compiler of this repository. Older ones: consumers/typescript.test.ts. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commonjsWithBundler, compileIn, settings } from './compilers.ts';
import { Project } from './packed.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

describe('types of the tarball under TypeScript 7', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  for (const setting of [...settings, commonjsWithBundler]) {
    it(`module ${setting.title}`, () => compileIn(project, tsc, setting));
  }
});
