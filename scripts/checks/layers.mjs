// Who may import whom in packages/sonde/src. The complete table is in ARCHITECTURE.md; a line here is a line there.
import { importsOf, isContract, isTest, resolveIn } from './source-text.mjs';

const sdkAndBelow = ['sdk', 'api', 'platform', 'internal'];
const library = ['otlp', 'exporters', 'propagators', 'resources'];

/** Folder of src -> folders that it may import besides itself. A folder that is not here must not exist. */
export const allowedImports = {
  internal: [],
  platform: ['internal'],
  api: [],
  sdk: ['api', 'internal', 'platform'],
  otlp: sdkAndBelow,
  exporters: sdkAndBelow,
  propagators: sdkAndBelow,
  resources: sdkAndBelow,
  instrumentation: ['api'],
  bridges: ['api', 'instrumentation'],
  config: [...library, ...sdkAndBelow],
  testing: sdkAndBelow,
  register: ['config', 'instrumentation', 'bridges'],
  entry: [...['register', 'config', 'instrumentation', 'bridges', 'testing'], ...library, ...sdkAndBelow],
};

/** Files that may reach beyond the table, each with its reason. */
const exceptions = [
  {
    from: /^register\//,
    to: /^(sdk\/common\/(diagnostics|environment)|internal\/(process-state|shown))\.ts$/,
    reason: 'zero-code start obeys the one table of variables and speaks through the one sink',
  },
  {
    from: /^register\//,
    to: /^platform$/,
    reason:
      'zero-code start loads a bridge when its library is loaded, the way in which all parts are loaded late',
  },
  {
    from: /^exporters\/(otlp-file|zipkin|jaeger)\/|^exporters\/(delivery-options|receiver-[a-z]+)\.ts$/,
    to: /^otlp\//,
    reason:
      'they go the way of OTLP: its send buffer, transports, retries and end of the process (docs/design/exporters.md)',
  },
  {
    from: /^exporters\/prometheus\//,
    to: /^otlp\/wire\//,
    reason: 'the protobuf exposition is protobuf, and the wire knows no message',
  },
  {
    from: /^sdk\/common\/globals\.ts$/,
    to: /^propagators\/default-propagator\.ts$/,
    reason: 'a provider that becomes global brings the propagators that the specification makes the default',
  },
];

/** Files that only Node loads: the only ones that may name built-ins. */
export const nodeOnly = [
  /^platform\/node(-[a-z-]+)?\.ts$/,
  /^register\//,
  /^instrumentation\//,
  /^bridges\//,
];

/** What a contract suite, which is test code that ships with the source, may name besides its own layer. */
const contractModules = /^node:(test|assert|assert\/strict)$/;

const signals = ['traces', 'metrics', 'logs'];

/** The signal that a file belongs to, by a folder of its path or by its own name; undefined for shared files. */
export function signalOf(path) {
  return signals.find((signal) => new RegExp(`^(sdk|otlp|exporters)/(.*/)?${signal}(/|\\.ts$)`).test(path));
}

function isAllowed(path, target) {
  const from = path.split('/')[0];
  const to = target.split('/')[0];
  if (from === to) return true;
  if (isContract(path) && to === 'testing') return true;
  return (
    allowedImports[from].includes(to) ||
    exceptions.some((rule) => rule.from.test(path) && rule.to.test(target))
  );
}

function ofPackage(path, specifier) {
  if (specifier === '#platform') {
    return isAllowed(path, 'platform') ? undefined : `${path.split('/')[0]} may not import #platform`;
  }
  if (specifier.startsWith('node:')) {
    if (isContract(path) && contractModules.test(specifier)) return undefined;
    return nodeOnly.some((pattern) => pattern.test(path))
      ? undefined
      : `${specifier} is for files that only Node loads; go through #platform`;
  }
  return `${specifier}: the source depends on no package`;
}

function ofFile(path, target) {
  if (!isAllowed(path, target)) return `${path.split('/')[0]} may not import ${target}`;
  const [from, to] = [signalOf(path), signalOf(target)];
  if (to === undefined || from === to) return undefined;
  if (from !== undefined) return `signals never import each other: ${from} imports ${target}`;
  return isContract(path) || !/^(sdk|otlp)\//.test(path)
    ? undefined
    : `what all signals share may not import one of them: ${target}`;
}

/** A file of exporters/ whose name tells no signal may serve one, not two: a console's tree is of spans alone. */
function mixedSignals(path, text) {
  if (!path.startsWith('exporters/') || signalOf(path) !== undefined) return [];
  const found = new Set(importsOf(text).map(({ specifier }) => signalOf(resolveIn(path, specifier))));
  found.delete(undefined);
  return found.size > 1 ? [`src/${path}: signals never meet: ${[...found].join(', ')}`] : [];
}

/** @param tree files of packages/sonde/src. @returns one line per import that the table does not allow. */
export function checkLayers(tree) {
  const problems = [];
  for (const [path, text] of tree) {
    if (isTest(path)) continue;
    if (!(path.split('/')[0] in allowedImports)) {
      problems.push(`src/${path}: this folder is not in the table of layers`);
      continue;
    }
    for (const { specifier, line } of importsOf(text)) {
      const relative = specifier.startsWith('.');
      const problem = relative ? ofFile(path, resolveIn(path, specifier)) : ofPackage(path, specifier);
      if (problem !== undefined) problems.push(`src/${path}:${line}: ${problem}`);
    }
    problems.push(...mixedSignals(path, text));
  }
  return problems;
}

/** Entries hold no code: only `export { … } from`, and the default export that the API has. */
export function checkEntries(tree) {
  const problems = [];
  for (const [path, text] of tree) {
    if (!path.startsWith('entry/') || isTest(path)) continue;
    const rest = text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*/g, '')
      .replace(/export\s+(type\s+)?\{[^}]*\}\s*from\s*'[^']+';/g, '')
      .trim();
    if (rest !== '')
      problems.push(`src/${path}: an entry only re-exports by name, found: ${rest.split('\n')[0]}`);
  }
  return problems;
}

/**
 * The files that importing one built file loads.
 * @param tree files of dist/esm  @param start for example 'entry/index.js'
 */
export function loadedBy(tree, start, platform = 'platform/node.js') {
  const seen = new Set();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { specifier } of importsOf(tree.get(path) ?? '')) {
      if (specifier === '#platform') queue.push(platform);
      else if (specifier.startsWith('.')) queue.push(resolveIn(path, specifier));
    }
  }
  return [...seen].sort();
}

/**
 * The modules, as paths of dist/esm, that a joined file and what it loads hold.
 * @param contents of dist/bundle, as the build has written them: file -> `{ modules, imports }`
 */
export function joinedIn(contents, start) {
  const seen = new Set();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...(contents[path]?.imports ?? []));
  }
  return [...new Set([...seen].flatMap((path) => contents[path]?.modules ?? []))].sort();
}

/**
 * `import 'sonde'` is what libraries' users pay for: it loads nothing of the SDK.
 * @param tree files of dist/esm  @param joined contents of dist/bundle, see joinedIn
 */
export function checkApiEntry(tree, joined) {
  const start = 'entry/index.js';
  const together = joinedIn(joined, 'entry/index.mjs');
  const loaded = new Set([...loadedBy(tree, start), ...together]);
  loaded.delete(start);
  const problems = [...loaded]
    .filter((path) => !/^(api|platform|internal)\//.test(path))
    .map((path) => `import 'sonde' loads ${path}`);
  return together.length > 0 ? problems : [...problems, 'dist/bundle does not say what it holds'];
}
