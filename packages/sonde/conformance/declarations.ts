/** The published declarations of the subject, for rows about what its documents say. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { subject } from './subject.ts';

/** Where the declarations of a part lie, and the official package that has the same. */
const PARTS = {
  api: { folder: 'dist/esm/api', official: '@opentelemetry/api' },
  traces: { folder: 'dist/esm/sdk/traces', official: '@opentelemetry/sdk-trace' },
} as const;
export type Part = keyof typeof PARTS;

function folderOf(part: Part): string {
  if (subject.name === 'sonde') {
    const manifest = createRequire(import.meta.url).resolve('sonde/package.json');
    return join(dirname(manifest), PARTS[part].folder);
  }
  const require = createRequire(new URL('../../../../interop/official-3/package.json', import.meta.url));
  return dirname(require.resolve(PARTS[part].official));
}

function read(part: Part): string[] {
  const folder = folderOf(part);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.d\.m?ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** The comment right above a declaration, and the declaration up to the brace that closes it. */
export function docOf(declaration: string, part: Part = 'api'): { doc: string; body: string } {
  for (const text of read(part)) {
    for (let at = text.indexOf(declaration); at >= 0; at = text.indexOf(declaration, at + 1)) {
      const doc = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*(?:export )?(?:declare )?$/.exec(text.slice(0, at))?.[0];
      if (doc !== undefined) return { doc, body: text.slice(at, text.indexOf('\n}', at)) };
    }
  }
  return { doc: '', body: '' };
}
