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

/** @returns the minified bundle of a built entry, as text */
export async function bundle(packageFolder, file) {
  const forBrowser = browserEntries.includes(file);
  const result = await build({
    entryPoints: [join(packageFolder, `dist/esm/entry/${file}.js`)],
    absWorkingDir: packageFolder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: forBrowser ? 'browser' : 'node',
    logLevel: 'silent',
  });
  return result.outputFiles[0].text;
}

/** @param sizes and @param ceilings entry file name -> bytes */
export function checkCeilings(sizes, ceilings) {
  const problems = [];
  for (const [file, bytes] of Object.entries(sizes)) {
    if (ceilings[file] === undefined) problems.push(`entry ${file} has no ceiling: run with --update`);
    else if (bytes > ceilings[file])
      problems.push(`entry ${file} is ${bytes} bytes, its ceiling is ${ceilings[file]}`);
  }
  for (const file of Object.keys(ceilings)) {
    if (sizes[file] === undefined) problems.push(`there is a ceiling for ${file}, which is not an entry`);
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
