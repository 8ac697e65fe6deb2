// Runs node:test over an explicit list of built test files (node --test's own globs differ between versions)
// and fails when there are none. `npm test -- span batcher` runs only the files whose path contains a word.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'packages/sonde/dist/esm');
const words = process.argv.slice(2);
const files = readdirSync(dist, { recursive: true })
  .filter(
    (name) => name.endsWith('.test.js') && (words.length === 0 || words.some((word) => name.includes(word))),
  )
  .map((name) => join(dist, name))
  .sort();
if (files.length === 0) {
  console.error(`No test file matches ${JSON.stringify(words)} under ${dist}`);
  process.exit(1);
}
const run = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);
