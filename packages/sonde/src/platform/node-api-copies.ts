/**
 * The copies of `@opentelemetry/api` and `@opentelemetry/api-logs` that this thread has loaded. A copy keeps on itself
 * what it gave out before an SDK was there; in Node it can be found, because it lies in the loader's cache.
 */
import type { createRequire } from 'node:module';

/** Their main modules: CommonJS up to 1.9, for `import` too, and `dist/index.cjs` for `require` from 1.10 on. */
const MAIN_MODULE =
  /[\\/]@opentelemetry[\\/]api(?:-logs)?[\\/](?:build[\\/]src[\\/]index\.js|dist[\\/]index\.cjs)$/;

interface Loader {
  readonly createRequire: typeof createRequire;
  /** Documented as `require.cache`. */
  readonly _cache?: Readonly<Record<string, { readonly exports?: unknown } | undefined>>;
}

/**
 * Their exports. `withModules`: also the one that the program's own `import` gets from 1.10 on, where that is an ES module
 * of its own. Nobody can see whether it is loaded, and asking for it loads it (20 ms on Node 20 where nothing else had).
 */
export function loadedApiCopies(withModules: boolean): unknown[] {
  const loader = process.getBuiltinModule('node:module') as unknown as Loader;
  const cache = loader._cache ?? {};
  const found: unknown[] = [];
  for (const file of Object.keys(cache)) if (MAIN_MODULE.test(file)) found.push(cache[file]?.exports);
  const module = withModules ? moduleOfProgram(loader) : undefined;
  if (module !== undefined) found.push(module);
  return found;
}

function moduleOfProgram({ createRequire }: Loader): unknown {
  const program = process.argv[1];
  // A CommonJS program, and all it requires, has the copy in the cache.
  if (program === undefined || process.mainModule !== undefined) return undefined;
  try {
    const file = createRequire(program).resolve('@opentelemetry/api');
    if (!file.endsWith('index.cjs')) return undefined;
    // From beside it: a require of an ES module is announced as experimental to code outside of node_modules.
    return createRequire(file)('./index.mjs');
  } catch {
    // Not installed, or this very moment being loaded: then it has given out nothing yet.
    return undefined;
  }
}
