// Documents say what is true of the tree: links lead somewhere, the index knows every file, the tables know every entry.
import { posix } from 'node:path';

const links = /\]\(([^)\s]+)\)/g;

/** @param documents path -> text of every *.md  @param exists whether the repository has a file or folder */
export function checkLinks(documents, exists) {
  const problems = [];
  for (const [path, text] of documents) {
    for (const [, target] of text.replace(/```[\s\S]*?```/g, '').matchAll(links)) {
      if (/^[a-z]+:/.test(target) || target.startsWith('#')) continue;
      const file = posix.join(posix.dirname(path), target.split('#')[0]);
      if (!exists(file)) problems.push(`${path}: links to ${target}, which is not there`);
    }
  }
  return problems;
}

/** docs/README.md says of each document when to read it. */
export function checkIndex(documents) {
  const index = documents.get('docs/README.md') ?? '';
  return [...documents.keys()]
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
    .filter((path) => !index.includes(`](${path.slice('docs/'.length)})`))
    .map((path) => `docs/README.md does not say when to read ${path}`);
}

/** A decision is worth little without what was decided against. */
export function checkDesigns(documents) {
  return [...documents]
    .filter(([path]) => path.startsWith('docs/design/'))
    .filter(([, text]) => [...text.matchAll(/^## (.*)$/gm)].at(-1)?.[1] !== 'Rejected alternatives')
    .map(([path]) => `${path} does not end with the chapter "Rejected alternatives"`);
}

/** The table of entries in README.md names each of them, and no other. */
export function checkEntryTable(readme, specifiers) {
  const named = new Set([...readme.matchAll(/^\| `(sonde[^`]*)`/gm)].map(([, name]) => name));
  return [
    ...specifiers
      .filter((name) => !named.has(name))
      .map((name) => `README.md: the table of entries lacks ${name}`),
    ...[...named]
      .filter((name) => !specifiers.includes(name))
      .map((name) => `README.md: ${name} is not an entry`),
  ];
}

/** Every command that a document tells the reader to run exists. */
export function checkCommands(documents, scripts) {
  const problems = [];
  for (const [path, text] of documents) {
    for (const [, name] of text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)) {
      if (scripts[name] === undefined) problems.push(`${path}: there is no script "${name}"`);
    }
  }
  return problems;
}

/** A document that says where something lies is worth nothing when it lies elsewhere. Fenced code is left alone. */
export function checkPaths(documents, exists) {
  const problems = [];
  for (const [path, text] of documents) {
    for (const [, named] of text
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/`((?:[\w.-]+\/)+[\w.-]*(?:\.(?:ts|mjs|tsv|txt|md))?)`/g)) {
      if (!/\.(ts|mjs|tsv|txt|md)$|\/$/.test(named)) continue;
      const places = [
        named,
        `packages/sonde/src/${named}`,
        `packages/sonde/${named}`,
        posix.join(posix.dirname(path), named),
      ];
      if (!places.some(exists)) problems.push(`${path}: names ${named}, which is not there`);
    }
  }
  return problems;
}
