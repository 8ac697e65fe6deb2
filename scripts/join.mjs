/**
 * Joins the modules of dist/esm for Node into few files (dist/bundle), because 160 modules cost four times the start-up
 * of 5: a file with the API, one with the core, one with what instrumentation shares, what only one entry has in that
 * entry's own, and a file for each part that is loaded at its first use. Other runtimes take dist/esm, whose modules
 * bundlers can leave out one by one.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { build, transform } from 'esbuild';

const API = 'entry/index.js';

const NODE = 'platform/node.js';

const ENVIRONMENT_TABLE = 'sdk/common/environment-table.js';

/** What every entry but the API shares in Node: loaded with any of them, so it is one file and not twenty. */
const CORE = [
  'config/start.js',
  // These the metrics SDK, a part of its own, shares with sonde/sdk.
  'sdk/metrics/attributes-processor.js',
  'sdk/metrics/exemplar/aligned-reservoir.js',
  'sdk/metrics/exemplar/simple-reservoir.js',
  // Small, and of several entries: each would be a file.
  'exporters/memory/traces.js',
  'sdk/common/attribute-text.js',
  'sdk/metrics/metric-problem.js',
];

/** What zero-code start has and the instrumentations share. */
const INSTRUMENTATION = [
  'instrumentation/http/instrumentation.js',
  'instrumentation/undici/instrumentation.js',
  'instrumentation/runtime/instrumentation.js',
  'instrumentation/modules/module-instrumentation.js',
];

/** What sends to any receiver: a part of its own for OTLP, and what the exporters to others share with it. */
const DELIVERY = [
  'otlp/delivery.js',
  'otlp/message/any-value.js',
  'otlp/message/json.js',
  'otlp/message/resource.js',
  'otlp/message/scope-groups.js',
  'otlp/wire/json-writer.js',
  'otlp/traces/encode-json.js',
  // What the parts share that are loaded after it: each file more brings Node's path functions nearer to the optimiser.
  'platform/node-connection.js',
];

/**
 * What a file has a copy of, with what that imports, so that it need not load the whole part that has it: functions over
 * memory of their own, which nobody tells apart, and of whose memory nothing is given back there. importer -> imported.
 */
const COPIED = [[/[\\/]exporters[\\/]prometheus[\\/]/, /[\\/]wire[\\/]protobuf-writer\.js$/]];

const COPY = '?copy';

/** The names of modules that stand for a part which is loaded at its first use. */
const DEFERRED = /[\\/]deferred-[\w-]+\.js$/;

/** All that such a module may say, so that its two forms cannot differ. */
const DEFERRED_FORM =
  /^import \* as (?<name>\w+) from ['"](?<path>[^'"]+)['"];\s*(?:\/\*\*[\s\S]*?\*\/\s*)?export (?<head>const \w+ = \(\) => )\k<name>;\s*$/;

/** What esbuild makes of the loading of a part. */
const LOADING = /\b(requireNear\w*)\(\s*import\.meta\.url,\s*\(\)=>import\(\s*("[^"]+")\s*\)\s*\)/g;

/** What loads the core, and first. */
const FORERUNNERS = ['entry/otlp.mjs', 'entry/sdk.mjs', 'entry/register.mjs'];

/**
 * How many names V8 must have seen before it compiles the core, so that it has made its table of names larger before and
 * not meanwhile: 830 to 920 do on Node 26.10. docs/design/start-up.md, "The table of names".
 */
const NAMES_BEFORE_CORE = 950;

/** Behind a module while its names are shortened: whatever eval could see keeps its name. */
const KEEP_NAMES = ';eval("keep the names of this module");';

const pathIn = (folder, path) => relative(folder, path).split(sep).join('/');

/**
 * The form that a deferred module has in Node: it reads the part from the disk at the first call, in that call. The
 * function is never called. It names the file for esbuild, and for tools that follow imports to see what a program needs.
 */
export function deferInNode(text, requireNear) {
  const groups = DEFERRED_FORM.exec(text)?.groups;
  if (groups === undefined)
    throw new Error('is more than the import of a part and a function that returns it');
  const { name, path, head } = groups;
  return [
    `import { requireNear } from ${JSON.stringify(requireNear)};`,
    `let ${name};`,
    `export ${head}(${name} ??= requireNear(import.meta.url, () => import(${JSON.stringify(path)})));`,
  ].join('\n');
}

/** Gives the path of the part's file to the call that loads it. */
export function nameFiles(text) {
  const named = text.replace(
    LOADING,
    (_, load, path) => `${load}(import.meta.url,${path},()=>import(${path}))`,
  );
  if (/\(import\.meta\.url,\s*\(\)/.test(named)) throw new Error('A part that is loaded late has no name');
  return named;
}

/**
 * An entry for the joining: first the modules that go into the common files, then the entry itself. esbuild puts
 * modules that the same entries reach into one file, so what all of them reach is one file too. Each file more costs
 * about 0.7 ms and 0.2 MB (Node 20 and 26).
 */
function stubOf(file, esm) {
  const path = (module) => JSON.stringify(join(esm, module));
  const isApi = file === API;
  const common = isApi ? [] : [...CORE];
  if (/^(entry\/(register|instrumentation|bridges)\b|instrumentation\/)/.test(file))
    common.push(...INSTRUMENTATION);
  if (
    /^(otlp\/(?!transport\/grpc-endpoint\b)|platform\/node-(grpc-session|tunnel|http-agent)\b|entry\/(zipkin|jaeger|otlp-file)\b)/.test(
      file,
    )
  )
    common.push(...DELIVERY);
  return [
    ...[API, ...common].map((module) => `import ${path(module)};`),
    `export * from ${path(file)};`,
    // A star leaves the default export out.
    ...(isApi ? [`export { default } from ${path(file)};`] : []),
  ].join('\n');
}

/** What a row of the environment's table says for the documentation only. Who obeys no variable says so when it is set. */
const ROW_NOTES = /, (?:spec: '[^']*'|status: '[^']*'|wiredBy: '[^']+')/g;

/** The table of variables without what only docs/environment.md shows: half of its text, and of its objects. */
export function withoutRowNotes(text) {
  return text.replace(/^ *\w+: \{ type: .*$/gm, (row) => row.replace(ROW_NOTES, ''));
}

const ROW = /^ *(\w+): (\{ type: .*\}),?$/gm;

/** The table with one object for all rows that say the same: a third of them are different. */
export function withEqualRowsShared(text) {
  const counts = new Map();
  for (const [, , row] of text.matchAll(ROW)) counts.set(row, (counts.get(row) ?? 0) + 1);
  const shared = [...counts.keys()].filter((row) => counts.get(row) > 1);
  const table = text.replace(ROW, (line, name, row) =>
    shared.includes(row) ? `${name}: ROW_${shared.indexOf(row)},` : line,
  );
  return [...shared.map((row, number) => `const ROW_${number} = ${row};`), table].join('\n');
}

/**
 * The text of one module as it is joined. Names inside of functions become short, and private members: nobody sees
 * them, and a tenth of the text is theirs. What a module declares keeps its name, for stack traces and profiles.
 */
async function textOf(file, esm) {
  let text = readFileSync(file, 'utf8');
  if (file === join(esm, NODE)) text = text.replace(PASSED_ON, '');
  if (file === join(esm, ENVIRONMENT_TABLE)) text = withEqualRowsShared(withoutRowNotes(text));
  if (DEFERRED.test(file)) {
    try {
      text = deferInNode(text.replace(/^\/\*\*[\s\S]*?\*\/\s*/, ''), join(esm, 'platform/node-parts.js'));
    } catch (error) {
      throw new Error(`${file} ${error.message}`);
    }
  }
  const { code } = await transform(text + KEEP_NAMES, {
    target: 'es2022',
    minifyIdentifiers: true,
    legalComments: 'none',
    logOverride: { 'direct-eval': 'silent' },
  });
  const end = code.lastIndexOf('eval(');
  return code.slice(0, end);
}

/** What platform/node.js passes on. */
const PASSED_ON = /^export \{([^}]*)\} from ['"]\.\/([\w-]+\.js)['"];$/gm;

/** name -> file, for what platform/node.js passes on. */
function platformOwners(esm) {
  const owners = new Map();
  for (const [, names, file] of readFileSync(join(esm, NODE), 'utf8').matchAll(PASSED_ON)) {
    for (const name of names.split(',')) owners.set(name.trim(), join(esm, 'platform', file));
  }
  return owners;
}

/**
 * Imports of `#platform` from the modules that have what is imported, where platform/node.js passes it on. What only a
 * late part uses then lies with that part: esbuild divides by modules, and all that node.js imports would be in the core.
 */
export function pastPlatform(code, owners) {
  return code.replace(/^import \{([^}]*)\} from "#platform";$/m, (_, list) => {
    const byOwner = new Map();
    for (const name of list.split(',').map((each) => each.trim())) {
      const owner = owners.get(name.split(' ')[0]) ?? '#platform';
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), name]);
    }
    return [...byOwner].map(([owner, names]) => `import { ${names.join(', ')} } from "${owner}";`).join('\n');
  });
}

/** What a module imports, as a copy of its own where it is to have one; `isCopy` says that the importer is one. */
function copyFor({ importer, pluginData: isCopy }, path) {
  const isCopied =
    (isCopy && !path.includes('platform')) ||
    COPIED.some(([who, what]) => who.test(importer) && what.test(path));
  return isCopied ? { path, suffix: COPY } : undefined;
}

/** What is between quotes. */
const QUOTED = /(["'`])(?:(?!\1)[^\\]|\\[\s\S])*\1/g;

const namesIn = (text) => text.replace(QUOTED, '""').match(/(?<![\w$\\])[A-Za-z_$][\w$]{3,}/g) ?? [];

/** Names of members that the text reads and of what it declares: surely names, also where quotes were not told from code. */
const SURE =
  /(?<=[\w$)\]]\??\.)[A-Za-z_$][\w$]{3,}(?=[(.,;)\]=&|?:}])|(?<=\b(?:function|class|var) |,)[A-Za-z_$][\w$]{3,}(?=[({=]|\sextends\b)/g;

/**
 * The text of a file that loads the core, with so many of the core's names before it that, with those of itself and of what is
 * compiled `before`, they are `enough`. They stand where nothing runs, the shortest
 * first, and are in the table afterwards in any case. What has a capital is hardly a name of Node's, nor a word of the language.
 */
export function announceNames(text, before, core, enough) {
  const known = new Set([text, ...before].flatMap(namesIn));
  const unknown = [...new Set(core.match(SURE))].filter((name) => !known.has(name) && /[A-Z_]/.test(name));
  const names = unknown.sort((a, b) => a.length - b.length);
  const missing = names.slice(0, Math.max(0, enough - known.size));
  if (missing.length === 0) return text;
  const lines = missing.join().replace(/.{140,}?,/g, '$&\n');
  return `${text.trimEnd()}\nif(0)[${lines}];\n`;
}

/** The imports of a file with that of the API before all others: it is the smaller file, and compiled first. */
export function importFirst(text, apiFile) {
  const imports = /^(?:import(?:\s*\{[^}]*\}\s*from)?\s*"[^"]+";\s*)+/.exec(text)?.[0] ?? '';
  const statements = imports.match(/import[^"]*"[^"]+";\s*/g) ?? [];
  const isApi = (statement) => statement.includes(`/${apiFile}"`);
  const sorted = [...statements.filter(isApi), ...statements.filter((each) => !isApi(each))];
  return sorted.join('') + text.slice(imports.length);
}

/** Brings what is compiled before the core into the order that leaves the least memory in use. */
function arrange(texts, contents) {
  const fileOf = (module) => Object.keys(contents).find((file) => contents[file].modules.includes(module));
  const api = fileOf('api/global.js');
  const core = fileOf('config/start.js');
  for (const [file, text] of texts) texts.set(file, importFirst(text, basename(api)));
  for (const file of FORERUNNERS) {
    const { imports } = contents[file];
    if (!imports.includes(core)) throw new Error(`${file} does not load the core`);
    const before = imports.filter((other) => other !== core).map((other) => texts.get(other));
    texts.set(file, announceNames(texts.get(file), before, texts.get(core), NAMES_BEFORE_CORE));
  }
}

function joiner(esm) {
  const owners = platformOwners(esm);
  return {
    name: 'joiner',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^stub:/ }, ({ path }) => ({
        path: path.slice('stub:'.length),
        namespace: 'stub',
      }));
      // `sideEffects` of package.json would drop these imports, which have no names.
      onResolve({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ path, sideEffects: true }));
      onResolve({ filter: /^\./ }, (asked) => {
        const path = join(asked.resolveDir, asked.path);
        return asked.kind === 'dynamic-import' && asked.resolveDir.startsWith(esm)
          ? { path: pathIn(esm, path), namespace: 'stub' }
          : copyFor(asked, path);
      });
      onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
        contents: stubOf(path, esm),
        resolveDir: esm,
      }));
      onLoad({ filter: /\.js$/ }, async ({ path, suffix }) =>
        path.startsWith(esm + sep)
          ? {
              contents: pastPlatform(await textOf(path, esm), owners),
              resolveDir: dirname(path),
              pluginData: suffix === COPY,
            }
          : undefined,
      );
    },
  };
}

/**
 * @param entries paths of modules in `esm`
 * @returns file of `outdir` -> `{ modules, imports }`: the files of dist/esm that it holds, the files that it loads
 */
export async function joinModules({ packageFolder, esm, outdir, entries }) {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile, outputFiles } = await build({
    entryPoints: entries.map((entry) => ({ in: `stub:${entry}`, out: entry.replace(/\.js$/, '') })),
    // Hashes the same wherever the build is started.
    absWorkingDir: packageFolder,
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    // Node need not look for a package.json in each folder above to know what they are.
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    conditions: ['node'],
    external: ['node:*'],
    plugins: [joiner(esm)],
    legalComments: 'none',
    // Blanks and comments are left out: the text lies in the young generation while it is compiled.
    minifySyntax: true,
    minifyWhitespace: true,
    // So that an editor and a stack trace can show a line.
    lineLimit: 160,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const contents = contentsOf(metafile, (path) => pathIn(outdir, join(packageFolder, path)));
  const texts = new Map(outputFiles.map(({ path, text }) => [pathIn(outdir, path), nameFiles(text)]));
  arrange(texts, contents);
  for (const [file, text] of texts) {
    const path = join(outdir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return contents;
}

function contentsOf({ outputs }, inside) {
  const modules = (inputs) =>
    Object.keys(inputs)
      .filter((path) => path.startsWith('dist/esm/'))
      .map((path) => path.slice('dist/esm/'.length).replace(/\?copy$/, ''));
  return Object.fromEntries(
    Object.entries(outputs).map(([path, { inputs, imports }]) => [
      inside(path),
      {
        modules: modules(inputs),
        imports: imports.filter(({ external }) => !external).map((it) => inside(it.path)),
      },
    ]),
  );
}
