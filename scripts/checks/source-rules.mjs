// Rules about the words of the source: who reads the process, how timers are made, what is never written.
import { nodeOnly } from './layers.mjs';
import { codeOnly, isContract, isTest, lineAt, withoutComments } from './source-text.mjs';

function* matches(tree, pattern, view) {
  for (const [path, text] of tree) {
    const seen = view(text);
    for (const match of seen.matchAll(pattern)) yield { path, line: lineAt(seen, match.index), match, seen };
  }
}

const product = (tree) => new Map([...tree].filter(([path]) => !isTest(path) && !isContract(path)));

/** An instrumentation also serves an SDK that is not ours, and has to read its own variables then. */
const environmentReaders = ['platform/node.ts', 'instrumentation/shared/environment.ts'];

/** `process` and `Buffer` exist on Node alone; the environment is read in one place. */
export function checkPlatformGlobals(tree) {
  const problems = [];
  for (const { path, line, match } of matches(
    product(tree),
    /(?<![.\w$#])(process|Buffer)\b(?!\s*[:?(])/g,
    codeOnly,
  )) {
    if (nodeOnly.some((pattern) => pattern.test(path))) continue;
    problems.push(`src/${path}:${line}: ${match[1]} belongs in platform/node.ts`);
  }
  for (const { path, line } of matches(product(tree), /\bprocess\s*\.\s*env\b/g, codeOnly)) {
    if (!environmentReaders.includes(path))
      problems.push(`src/${path}:${line}: process.env is read in ${environmentReaders.join(' and ')} alone`);
  }
  return problems;
}

const timerCall = /(?<![.\w$#])(?:globalThis\.)?(setTimeout|setInterval|setImmediate)\s*\(/g;

function endOfCall(code, start) {
  let depth = 0;
  for (let at = code.indexOf('(', start); at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return at;
  }
  return code.length;
}

/**
 * A timer keeps the process alive: only platforms make them, and Node's are unref'd within three lines after the call,
 * or a comment within three lines above says why this one holds the process.
 */
export function checkTimers(tree) {
  const problems = [];
  for (const { path, line, match, seen } of matches(product(tree), timerCall, codeOnly)) {
    if (!path.startsWith('platform/')) {
      problems.push(`src/${path}:${line}: ${match[1]} outside platform/: use setTimer of #platform`);
    } else if (/^platform\/node/.test(path) && match[1] !== 'setImmediate') {
      const following = seen.slice(endOfCall(seen, match.index)).split('\n').slice(0, 4).join('\n');
      const above = tree
        .get(path)
        .split('\n')
        .slice(Math.max(0, line - 4), line)
        .join('\n');
      if (/\b(hold|keep)s? the process\b/.test(above)) continue;
      if (!/\bunref\b/.test(following))
        problems.push(`src/${path}:${line}: this ${match[1]} is never unref'd`);
    }
  }
  return problems;
}

/** Forms that hide what a module gives. `export default` is the API's alone, as the official package has it. */
export function checkExportForms(tree) {
  const problems = [];
  for (const { path, line } of matches(tree, /\bexport\s*\*/g, codeOnly)) {
    problems.push(`src/${path}:${line}: export * hides what is exported: name each`);
  }
  for (const { path, line } of matches(product(tree), /\bexport\s+default\b|\bas\s+default\b/g, codeOnly)) {
    if (!/^(api|entry)\/index\.ts$/.test(path)) problems.push(`src/${path}:${line}: no default exports`);
  }
  for (const { path, line } of matches(
    product(tree),
    /^(?:export\s+)?(?:const\s[^=]*=\s*)?await\b/gm,
    codeOnly,
  )) {
    problems.push(`src/${path}:${line}: top-level await breaks require()`);
  }
  return problems;
}

/** A file says what it owns before anything else. */
export function checkOpenings(tree) {
  return [...product(tree)]
    .filter(([, text]) => !/^\/\*\*[\s\S]*?\*\//.test(text))
    .map(([path]) => `src/${path}:1: opens without the comment that says what it owns`);
}

/** Hard limit of lines; more needs `Longer than 600 lines because …` in the opening comment. */
export const maxLines = 600;

export function checkSizes(tree) {
  const problems = [];
  for (const [path, text] of product(tree)) {
    const lines = text.split('\n').length - 1;
    const excused = /Longer than \d+ lines because/.test(text.slice(0, text.indexOf('*/')));
    if (lines > maxLines && !excused) problems.push(`src/${path}: ${lines} lines, the limit is ${maxLines}`);
  }
  return problems;
}

// Split, so that this file passes its own check.
const marks = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|');

/** Pattern -> why no committed file has it. */
const forbidden = [
  [new RegExp(`\\b(${marks})\\b`, 'g'), 'finish it or write it down as an issue'],
  [/(?<![\w.~-])\/(?:work|home|root|Users)\/[\w.-]+/g, 'a path of one machine'],
  [/\bregistry\.[a-z][\w-]*(?:\.[a-z]+)*\//g, 'a registry host'],
  [/\b(?:it|test|describe|suite)\.only\(/g, 'the other tests would not run'],
  [/^(?:<{7}|>{7}) /gm, 'a merge left open'],
];

/** @param tree every text file of the repository, by path from its root */
export function checkWords(tree, allowed = () => false) {
  const problems = [];
  for (const [pattern, reason] of forbidden) {
    for (const { path, line, match } of matches(tree, pattern, (text) => text)) {
      if (!allowed(path)) problems.push(`${path}:${line}: "${match[0].trim()}": ${reason}`);
    }
  }
  return problems;
}

/** What a run leaves behind is no part of the repository, however it came to be added. */
export function checkLeftovers(paths) {
  return paths
    .filter((path) => /\.(log|tgz|heapsnapshot|cpuprofile)$/.test(path))
    .map((path) => `${path}: a run has left it; take it out of the repository`);
}

/** The lock file names no host: it must install from whichever registry the machine uses. */
export function checkLockfile(path, text) {
  const hosts = new Set();
  for (const [, url] of text.matchAll(/"resolved":\s*"(https?:\/\/[^"/]+)/g)) hosts.add(url);
  return [...hosts].map(() => `${path}: names a registry host; install with the .npmrc of this repository`);
}

const declaration = (name) =>
  new RegExp(
    `^(?:export\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:class|function\\*?|const|let|interface|type|enum)\\s+${name.replace('$', '\\$')}(?![\\w$])`,
    'm',
  );

function documented(text, name) {
  const code = withoutComments(text);
  const pattern = new RegExp(declaration(name), 'gm');
  const places = [...code.matchAll(pattern)].map((match) =>
    text
      .slice(0, match.index)
      .replace(/(\s*\/\/.*\n)+$/, '')
      .trimEnd(),
  );
  if (places.length === 0) return undefined;
  // A file's opening comment stands directly above a first declaration too; it must not pass for its docstring.
  return places.some((before) => before.endsWith('*/') && before.lastIndexOf('/**') > 0);
}

/** Names that a file takes from another, to use or to pass on. */
function* borrowedNames(text, form = 'import|export') {
  const code = withoutComments(text);
  const lists = new RegExp(`\\b(?:${form})\\s+(?:type\\s+)?\\{([^}]*)\\}\\s*from\\s*'([^']+)'`, 'g');
  for (const [, names, from] of code.matchAll(lists)) {
    for (const item of names.split(',')) {
      const name = item
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)[0]
        .trim();
      if (name !== '') yield { name, from };
    }
  }
}

function problemOf(tree, path, name, depth = 0) {
  const text = tree.get(path);
  if (text === undefined) return `src/${path} does not exist`;
  const found = documented(text, name);
  if (found !== undefined) return found ? undefined : `src/${path}: ${name} is public and has no docstring`;
  for (const next of borrowedNames(text)) {
    if (next.name !== name || depth > 5) continue;
    return problemOf(tree, new URL(next.from, `file:///${path}`).pathname.slice(1), name, depth + 1);
  }
  return name === 'default'
    ? undefined
    : `src/${path}: ${name} is exported but its declaration was not found`;
}

/** Every name that an entry exports says what it means. */
export function checkDocstrings(tree) {
  const problems = new Set();
  for (const [path, text] of tree) {
    if (!path.startsWith('entry/')) continue;
    for (const { name, from } of borrowedNames(text, 'export')) {
      const problem = problemOf(tree, new URL(from, `file:///${path}`).pathname.slice(1), name);
      if (problem !== undefined) problems.add(problem);
    }
  }
  return [...problems];
}
