// What the entries promise, as text that a review can read: the names that each one exports, and the declarations
// behind them. A change of either is a change of the public interface and shows in the diff of a snapshot.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, resolveIn, withoutComments } from './source-text.mjs';

/** Entry name ('.' or './sdk') -> its file name in dist/{esm,cjs}/entry, without ending. */
export function entriesOf(manifest) {
  const entries = new Map();
  for (const [name, conditions] of Object.entries(manifest.exports)) {
    if (typeof conditions === 'string') continue;
    entries.set(name, conditions['module-sync'].default.replace(/^.*\/entry\/|\.js$/g, ''));
  }
  return entries;
}

/** 'sonde' or 'sonde/sdk' for '.' or './sdk'. */
export const specifierOf = (manifest, name) => manifest.name + name.slice(1);

const declarationPath = (path, specifier) => {
  const target = specifier === '#platform' ? 'platform/node.ts' : resolveIn(path, specifier);
  return target.replace(/(?<!\.d)\.ts$/, '.d.ts');
};

/** Names of types and values that a declaration file exports: ['Span (type)', 'trace']. */
export function exportedNames(text) {
  const names = [];
  const code = withoutComments(text);
  for (const [, typeOnly, list] of code.matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)) {
    for (const item of list.split(',').map((part) => part.trim())) {
      if (item === '') continue;
      const isType = typeOnly !== undefined || item.startsWith('type ');
      const name = item
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
        .at(-1);
      names.push(isType ? `${name} (type)` : name);
    }
  }
  if (/export\s+default\b/.test(code)) names.push('default');
  return names.sort();
}

/** The declaration files that an entry re-exports from, through further re-exports, in order of their path. */
export function reexportedFiles(tree, start) {
  const seen = new Set();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { specifier, reexport } of importsOf(tree.get(path) ?? '')) {
      if (reexport && specifier.startsWith('.')) queue.push(declarationPath(path, specifier));
    }
  }
  return [...seen].sort();
}

/** Every declaration file that a compiler reads for an entry. */
export function reachableFiles(tree, start) {
  const seen = new Set();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path) || !tree.has(path)) continue;
    seen.add(path);
    for (const { specifier } of importsOf(tree.get(path))) {
      if (specifier.startsWith('.') || specifier === '#platform')
        queue.push(declarationPath(path, specifier));
    }
  }
  return [...seen].sort();
}

const compact = (text) =>
  withoutComments(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && line !== 'export {};')
    .join('\n');

/** The declarations behind one entry: no comments, one heading per file. */
export function declarationsOf(tree, entryFile) {
  return reexportedFiles(tree, entryFile)
    .filter((path) => tree.has(path))
    .map((path) => `// ${path}\n${compact(tree.get(path))}\n`)
    .join('\n');
}

/** A private member in a public declaration makes two copies of a class incompatible types. `__TYPE__` is the official API's. */
export function checkPrivates(tree, entryFile) {
  const problems = [];
  for (const path of reachableFiles(tree, entryFile)) {
    const lines = withoutComments(tree.get(path)).split('\n');
    for (const [index, line] of lines.entries()) {
      const found = /^\s+(?:static\s+|readonly\s+)*(#\w+|private\b[^;]*|_(?!_TYPE__)\w+(?=\??[:(]))/.exec(
        line,
      );
      if (found !== null)
        problems.push(`${path}:${index + 1}: "${found[1].trim()}" reaches the types of ${entryFile}`);
    }
  }
  return problems;
}

/** Public types must compile where neither @types/node nor the DOM is: they name no global of either. */
export function checkAmbientTypes(tree, entryFile) {
  const problems = [];
  for (const path of reachableFiles(tree, entryFile)) {
    const text = withoutComments(tree.get(path));
    for (const match of text.matchAll(/\bNodeJS\.\w+|\bBuffer\b|from\s*'node:[^']+'|<reference\s[^>]*>/g)) {
      problems.push(`${path}: "${match[0]}" in the types of ${entryFile} needs @types/node`);
    }
  }
  return problems;
}

export function readManifest(packageFolder) {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
}
