// What every check reads: a tree of files as a Map from path to text, text without its comments, and the imports of a file.
// On text, because TypeScript 7 has no compiler API and a parser would be the repository's largest dependency.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

/** Reads a folder (recursively) into a Map from path, relative and with forward slashes, to text. */
export function readTree(folder, accepts = (path) => /\.(ts|mts|cts|js|mjs|cjs)$/.test(path)) {
  const tree = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const path = file
      .slice(folder.length + 1)
      .split(sep)
      .join('/');
    if (accepts(path)) tree.set(path, readFileSync(file, 'utf8'));
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Test code: no layer, no size and no platform rule holds for it. */
export const isTest = (path) => /\.(test|test-d|fixture)\.[cm]?[jt]s$/.test(path);

/** A shared suite that a test runs over every implementation. */
export const isContract = (path) => /\.contract\.[cm]?[jt]s$/.test(path);

// A slash opens a regular expression when an operand cannot precede it.
const beforeRegExp =
  /(^|[=(,:;[{}!&|?+\-*%~^<>]|\b(return|typeof|case|in|of|delete|void|throw|await|yield))\s*$/;

function endOfString(text, start) {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** The end of a template's text: behind its closing backtick, or behind the `${` that code follows. */
function endOfTemplate(text, start) {
  let at = start + 1;
  while (at < text.length && text[at] !== '`') {
    if (text.startsWith('${', at)) return at + 2;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(at + 1, text.length);
}

function endOfRegExp(text, start) {
  let inClass = false;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

function nextToken(text, at, written, closesTemplate) {
  const two = text.slice(at, at + 2);
  if (two === '//') {
    const end = text.indexOf('\n', at);
    return { kind: 'comment', end: end === -1 ? text.length : end };
  }
  if (two === '/*') {
    const end = text.indexOf('*/', at + 2);
    return { kind: 'comment', end: end === -1 ? text.length : end + 2 };
  }
  const char = text[at];
  if (char === '"' || char === "'") return { kind: 'string', end: endOfString(text, at) };
  if (char === '`' || (char === '}' && closesTemplate))
    return { kind: 'template', end: endOfTemplate(text, at) };
  if (char === '/' && beforeRegExp.test(written.slice(-40))) {
    return { kind: 'string', end: endOfRegExp(text, at) };
  }
  return { kind: 'code', end: at + 1 };
}

// Code inside `${ }` is code again: `braces` holds, for each template that is open, how many braces are open in it.
function mapTokens(text, replace) {
  const braces = [];
  let written = '';
  for (let at = 0; at < text.length; ) {
    const token = nextToken(text, at, written, braces.at(-1) === 0);
    const part = text.slice(at, token.end);
    if (token.kind === 'template') {
      if (part[0] === '}') braces.pop();
      if (part.endsWith('${')) braces.push(0);
    } else if (token.kind === 'code' && braces.length > 0) {
      if (part === '{') braces[braces.length - 1]++;
      else if (part === '}') braces[braces.length - 1]--;
    }
    written += replace(token.kind, part);
    at = token.end;
  }
  return written;
}

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** The text with every comment turned into blanks of the same length, so that line numbers stay. */
export function withoutComments(text) {
  return mapTokens(text, (kind, part) => (kind === 'comment' ? blank(part) : part));
}

/** The text with comments and the inside of strings turned into blanks: what is left is code. */
export function codeOnly(text) {
  return mapTokens(text, (kind, part) => {
    if (kind === 'comment') return blank(part);
    return kind === 'code' ? part : part[0] + blank(part.slice(1, -1)) + part.at(-1);
  });
}

export function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}

const importForms = [
  /\b(?:import|export)\b[^;'"`()]*?\bfrom\s*(['"])([^'"]+)\1/g,
  /\bimport\s*(['"])([^'"]+)\1/g,
  /\bimport\s*\(\s*(['"])([^'"]+)\1/g,
  /\brequire\s*\(\s*(['"])([^'"]+)\1/g,
];

/** Every module that a file names, of types too: [{ specifier, line, reexport }]. */
export function importsOf(text) {
  const code = withoutComments(text);
  const found = [];
  for (const form of importForms) {
    for (const match of code.matchAll(form)) {
      found.push({
        specifier: match[2],
        line: lineAt(code, match.index),
        reexport: match[0].startsWith('export'),
      });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

/** The path that a relative specifier means in the tree, the specifier itself when it is not relative. */
export function resolveIn(path, specifier) {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}
