/** The copies of the API that meet in one process: four official ones, one of the future, and Sonde's. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);

/** Newer than anything published: 1.10.0 with another version. */
const SYNTHETIC = '1.11.0';
const MODEL = '1.10.0';
const syntheticFolder = join(here, 'node_modules', `api-${SYNTHETIC}`);

export const officialVersions = ['1.0.4', '1.4.1', '1.9.1', MODEL, SYNTHETIC];
export const copyNames = [...officialVersions, 'sonde'];

/** Makes the synthetic copy. Test files that do so at the same time find the whole of it, or nothing. */
export function prepareCopies() {
  if (existsSync(syntheticFolder)) return;
  const unfinished = `${syntheticFolder}-${process.pid}`;
  cpSync(join(here, 'node_modules', `api-${MODEL}`), unfinished, { recursive: true });
  for (const name of readdirSync(unfinished, { recursive: true })) {
    if (!/package\.json$|\.[cm]js$/.test(name)) continue;
    const file = join(unfinished, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(MODEL, SYNTHETIC));
  }
  try {
    renameSync(unfinished, syntheticFolder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(syntheticFolder)) throw error;
  }
}

export async function loadCopy(name) {
  if (name === 'sonde') return import('../../packages/sonde/dist/esm/entry/index.js');
  return require(`api-${name}`);
}

/** The logs API of the 0.x line, which has a global of its own. */
export function loadLegacyLogs() {
  return require('api-logs');
}
