// What each entry costs in a bundle (esbuild, minified), against a ceiling that is written down, and what a browser's
// bundle must not hold.
import { build } from 'esbuild';

/** Entries that run in browsers; the others are bundled for Node. */
export const browserEntries = ['index', 'sdk', 'otlp'];

/** A ceiling is this much above the size on the day it is set. */
export const headroom = 1.05;

/** Free names of Node. esbuild, a parser, replaces each by a mark: the same words in strings and as keys stay. */
const nodeNames = [
  'process',
  'Buffer',
  'global',
  'setImmediate',
  'clearImmediate',
  '__dirname',
  '__filename',
];
const marks = Object.fromEntries(
  nodeNames.flatMap((name) => [
    [name, `__node_${name}`],
    [`globalThis.${name}`, `__node_${name}`],
  ]),
);

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

/** @returns the minified bundle of a program that stands in the package */
async function bundleText(packageFolder, contents, platform, define = {}) {
  const result = await build({
    ...common,
    stdin: { contents, resolveDir: packageFolder, sourcefile: 'program.js' },
    absWorkingDir: packageFolder,
    platform,
    define,
  });
  return result.outputFiles[0].text;
}

/** @returns the bytes of a program's bundle: of an entry with all its names, or of a use */
export async function measureBundle(packageFolder, contents, platform) {
  return Buffer.byteLength(await bundleText(packageFolder, contents, platform));
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

/** A browser has none of Node's names. A built-in module that is imported fails the bundling itself. */
export async function checkForBrowsers(packageFolder, name, contents) {
  const text = await bundleText(packageFolder, contents, 'browser', marks);
  const found = new Set([...text.matchAll(/__node_(\w+)/g)].map(([, word]) => word));
  return [...found].map((word) => `the browser bundle of ${name} needs ${word}`);
}
