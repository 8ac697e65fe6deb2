/**
 * The copies of `@opentelemetry/api` and `@opentelemetry/api-logs` that this thread has loaded. A copy keeps on itself
 * what it gave out before an SDK was there; in Node it can be found, because it lies in the loader's cache.
 */
import type { realpathSync } from 'node:fs';

/** Their main modules: CommonJS up to 1.9, for `import` too, and `dist/index.cjs` for `require` from 1.10 on. */
const MAIN_MODULE =
  /[\\/]@opentelemetry[\\/]api(?:-logs)?[\\/](?:build[\\/]src[\\/]index\.js|dist[\\/]index\.cjs)$/;

/** What `import` gets from 1.10 on: an ES module, which no cache shows. */
const ES_MODULE = '/node_modules/@opentelemetry/api/dist/index.mjs';

/** No module's text. */
const NO_TEXT = '%';

interface LoadedModule {
  readonly exports?: unknown;
}

interface Loader {
  /** Documented as `require.cache`. */
  readonly _cache?: Readonly<Record<string, LoadedModule | undefined>>;
  readonly Module: new (
    id: string,
    parent: { readonly filename: string },
  ) => LoadedModule & { readonly _compile?: (text: string, file: string, format: string) => unknown };
}

/**
 * Their exports. `withModules`: also the one that the program's own `import` gets from 1.10 on, where that is an ES module
 * of its own.
 */
export function loadedApiCopies(withModules: boolean): unknown[] {
  const loader = process.getBuiltinModule('node:module') as unknown as Loader;
  const cache = loader._cache ?? {};
  const found: unknown[] = [];
  for (const file of Object.keys(cache)) if (MAIN_MODULE.test(file)) found.push(cache[file]?.exports);
  if (!withModules) return found;
  for (const file of esModulesOfProgram()) {
    const module = loadedEsModule(loader, file);
    if (module !== undefined) found.push(module);
  }
  return found;
}

/**
 * Where the program's `import` finds the package: looked for by hand, because a `require.resolve` takes paths apart
 * character by character, until V8's optimiser comes (2 MB on Node 26).
 */
function esModulesOfProgram(): string[] {
  const found: string[] = [];
  // A CommonJS program, and all it requires, has the copy in the cache.
  if (process.mainModule !== undefined) return found;
  const { existsSync, realpathSync } = process.getBuiltinModule('node:fs');
  for (let folder = parentOf(process.argv[1] ?? ''); folder !== undefined; folder = parentOf(folder)) {
    const file = folder + ES_MODULE;
    if (existsSync(file)) found.push(realPath(realpathSync, file));
  }
  return found;
}

function parentOf(path: string): string | undefined {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end < 0 ? undefined : path.slice(0, end);
}

function realPath(read: typeof realpathSync, file: string): string {
  try {
    return read.native(file);
  } catch {
    return file;
  }
}

/**
 * The ES module of this file if it is loaded. Asking for it in the usual way would load it (57 files, 15 ms and 3 MB on
 * Node 26), so it is asked for with a text that is none: the loader answers from its cache, or it throws and keeps nothing.
 */
function loadedEsModule({ Module }: Loader, file: string): unknown {
  try {
    // Said to be asked for by itself: a require of an ES module is announced as experimental to code outside of node_modules.
    const asked = new Module(file, { filename: file });
    asked._compile?.(NO_TEXT, file, 'module');
    return asked.exports;
  } catch {
    // Not loaded, or this very moment being loaded: then it has given out nothing yet.
    return undefined;
  }
}
