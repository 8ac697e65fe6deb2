// What each entry costs in a bundle (esbuild, minified), against a ceiling that is written down, and what a browser's
// bundle must not hold.
import { join } from 'node:path';
import { build } from 'esbuild';

/** Entries that run in browsers; the others are bundled for Node. */
export const browserEntries = ['index', 'sdk', 'otlp'];

/** A ceiling is this much above the size on the day it is set. */
export const headroom = 1.05;

const nodeNames = [
  /\bnode:[a-z_/]+/,
  /\bBuffer\b\s*[.(]/,
  /(?<![.\w$])process\s*\./,
  /\brequire\s*\(/,
  /\bgetBuiltinModule\b/,
];

/** What a browser application takes of an entry: shows whether the rest can be left out. */
export const uses = {
  'API, trace alone': `export { trace } from 'sonde';`,
  'traces over OTLP': `export { TracerProvider, BatchSpanProcessor } from 'sonde/sdk';
export { OTLPTraceExporter } from 'sonde/otlp';`,
};

const common = {
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2023',
  logLevel: 'silent',
};

/** @returns the minified bundle of a built entry, as text */
export async function bundle(packageFolder, file) {
  const result = await build({
    ...common,
    entryPoints: [join(packageFolder, `dist/esm/entry/${file}.js`)],
    absWorkingDir: packageFolder,
    platform: browserEntries.includes(file) ? 'browser' : 'node',
  });
  return result.outputFiles[0].text;
}

/** @returns the minified bundle, for browsers, of a program that takes only some names */
export async function bundleUse(packageFolder, contents) {
  const result = await build({
    ...common,
    stdin: { contents, resolveDir: packageFolder, sourcefile: 'use.js' },
    absWorkingDir: packageFolder,
    platform: 'browser',
  });
  return result.outputFiles[0].text;
}

/** @param sizes and @param ceilings entry file name or use -> bytes */
export function checkCeilings(sizes, ceilings) {
  const problems = [];
  for (const [file, bytes] of Object.entries(sizes)) {
    if (ceilings[file] === undefined) problems.push(`${file} has no ceiling: run with --update`);
    else if (bytes > ceilings[file])
      problems.push(`${file} is ${bytes} bytes, its ceiling is ${ceilings[file]}`);
  }
  for (const file of Object.keys(ceilings)) {
    if (sizes[file] === undefined) problems.push(`there is a ceiling for ${file}, which is not measured`);
  }
  return problems;
}

/** @param text the bundle of a browser entry */
export function checkBrowserBundle(file, text) {
  return nodeNames
    .map((pattern) => pattern.exec(text))
    .filter((match) => match !== null)
    .map((match) => `the browser bundle of ${file} holds "${match[0]}"`);
}
