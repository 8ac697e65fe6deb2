/**
 * What zero-code start loads before the application's first line, counted by V8 itself: the coverage that Node writes
 * on request lists every script that was compiled, ESM and CommonJS alike, on all versions.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Project, run } from './packed.ts';

/** Bounds of design section 6: 150 modules and 600 KB cost 68 ms. */
const MOST_MODULES = 80;
const MOST_BYTES = 600_000;

describe('what is loaded before the first line', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  /** The files of the installed package that a run with these flags compiled, with their sizes. */
  function loadedBy(flags: readonly string[]): Map<string, number> {
    const coverage = join(project.folder, 'coverage', String(Math.random()));
    run(process.execPath, [...flags, project.write('empty.mjs', '')], project.folder, {
      NODE_V8_COVERAGE: coverage,
    });
    const files = new Map<string, number>();
    for (const name of readdirSync(coverage)) {
      const report = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      for (const { url } of report.result) {
        if (!/node_modules[\\/]sonde[\\/]/.test(url)) continue;
        const file = url.startsWith('file:') ? fileURLToPath(url) : url;
        files.set(file, statSync(file).size);
      }
    }
    return files;
  }

  for (const flag of ['--import', '--require']) {
    it(`${flag} sonde/register: at most ${MOST_MODULES} modules and ${MOST_BYTES} bytes`, () => {
      const loaded = loadedBy([flag, 'sonde/register']);
      const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
      const listed = [...loaded].map(([file, size]) => `${size} ${file}`).join('\n');
      assert.ok(loaded.size > 1 && loaded.size <= MOST_MODULES, `${loaded.size} modules:\n${listed}`);
      assert.ok(bytes <= MOST_BYTES, `${bytes} bytes:\n${listed}`);
    });
  }

  it('the API alone is two files', () => {
    assert.equal(loadedBy(['--import', 'sonde']).size, 2);
  });
});
