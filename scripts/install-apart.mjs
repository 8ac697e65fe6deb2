// Installs what bench/ and interop/ compare with, each in its own folder with its own lock file, at first use.
// The mark in node_modules is the lock file's text: a changed lock installs again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmInstall } from './npm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Installs the folder (relative to the root) by its lock file unless that is done already. Returns its path. */
export function installApart(folder) {
  const path = join(root, folder);
  const lock = readFileSync(join(path, 'package-lock.json'), 'utf8');
  const mark = join(path, 'node_modules/.installed-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return path;
  console.error(`Installing ${folder} (first use) …`);
  // The official 3.x line asks for Node >= 22.15 and installs on 20 with a warning per package: not ours to print.
  npmInstall(['ci', '--loglevel=error'], path);
  writeFileSync(mark, lock);
  return path;
}
