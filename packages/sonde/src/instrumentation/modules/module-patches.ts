/**
 * The patching engine: changes files of packages when they have been loaded, as a table of patches says.
 *
 *   application ── require | import ──▶ Module.prototype.load(file) ──▶ ours: is it a listed file of a listed package?
 *
 * Only CommonJS packages pass through there, in applications of both kinds: Node loads a CommonJS package that an ES
 * module imports the same way (20 to 26). So there is no loader, no thread, and no third-party hook, and it works beside
 * those of others. A file that no patch names costs one look into a Map. Files that are loaded already are patched at
 * once: a patch changes what a module exports in place, so that those who hold it see the change too.
 */
import { diag } from '../../api/diag/diag.ts';
import { isVersionIn } from './version-range.ts';

/** A module as a patch sees it. */
export interface LoadedModule {
  /** What it exports. A patch changes it in place; to assign it reaches only those who load it later. */
  exports: unknown;
  /** The version of its package. */
  readonly version: string;
}

/** One row of the table. */
export interface ModulePatch {
  /** The name that the package has in its package.json, whatever folder it lies in. */
  readonly package: string;
  /** The versions that the patch is for, see version-range.ts. */
  readonly versions: string;
  /** The file, relative to the package: `lib/logger.js`. */
  readonly file: string;
  /** Changes the module. Returns what takes the change back. */
  readonly patch: (module: LoadedModule) => (() => void) | undefined;
}

/** Where the engine says what it left alone and what failed. */
export type PatchReporter = (level: 'warn' | 'error', message: string, error?: unknown) => void;

interface NodeModule {
  exports: unknown;
  loaded: boolean;
}

interface NodeModuleClass {
  prototype: { load(this: NodeModule, filename: string): unknown };
  _cache: Record<string, NodeModule | undefined>;
}

interface Entry extends ModulePatch {
  /** Weak: an application that throws a module out of the cache and loads it anew gets a new one each time. */
  readonly done: WeakMap<NodeModule, (() => void) | undefined>;
  /** The modules in `done`. The forgotten are swept out each time their number may have doubled. */
  readonly changed: Set<WeakRef<NodeModule>>;
  sweepAt: number;
}

/** So many modules are known before the forgotten are looked for. */
const FIRST_SWEEP = 16;

interface Package {
  readonly name: unknown;
  readonly version: unknown;
}

/** How many packages' name and version are remembered; each was worth a look because a file's name fitted. */
const MAX_PACKAGES = 256;

const byFileName = new Map<string, Entry[]>();
const packages = new Map<string, Package | undefined>();
const said = new Set<string>();
let unhook: (() => void) | undefined;
let say: PatchReporter = (level, message, error) =>
  error === undefined ? diag[level](message) : diag[level](message, error);

/** Sends what the engine has to say somewhere else than to the API's diagnostics. */
export function reportPatchesTo(reporter: PatchReporter): void {
  say = reporter;
}

/**
 * Puts patches into the table, for files that are loaded from now on and for those that are there.
 * @returns what takes them out and undoes what they did
 */
export function addModulePatches(patches: readonly ModulePatch[]): () => void {
  const entries = patches.map(
    (patch): Entry => ({ ...patch, done: new WeakMap(), changed: new Set(), sweepAt: FIRST_SWEEP }),
  );
  for (const entry of entries) {
    const name = fileNameOf(entry.file);
    byFileName.set(name, [...(byFileName.get(name) ?? []), entry]);
  }
  unhook ??= hook();
  patchLoaded(entries);
  return () => entries.forEach(remove);
}

function remove(entry: Entry): void {
  const name = fileNameOf(entry.file);
  const rest = (byFileName.get(name) ?? []).filter((other) => other !== entry);
  if (rest.length > 0) byFileName.set(name, rest);
  else byFileName.delete(name);
  for (const reference of entry.changed) {
    const module = reference.deref();
    if (module !== undefined) attempt(entry, 'taken back', () => entry.done.get(module)?.());
  }
  entry.changed.clear();
  if (byFileName.size > 0) return;
  unhook?.();
  unhook = undefined;
}

function moduleClass(): NodeModuleClass {
  return process.getBuiltinModule('node:module') as unknown as NodeModuleClass;
}

function hook(): () => void {
  const { prototype } = moduleClass();
  const { load } = prototype;
  function loadAndPatch(this: NodeModule, filename: string): unknown {
    const returned = load.apply(this, arguments as never);
    onLoaded(this, filename);
    return returned;
  }
  prototype.load = loadAndPatch;
  return () => {
    // What somebody else has put over ours is not ours to take away; with an empty table ours only passes on.
    if (prototype.load === loadAndPatch) prototype.load = load;
  };
}

function patchLoaded(entries: readonly Entry[]): void {
  const names = new Set(entries.map(({ file }) => fileNameOf(file)));
  const cache = moduleClass()._cache;
  for (const filename of Object.keys(cache)) {
    const module = cache[filename];
    if (module?.loaded === true && names.has(fileNameOf(filename))) consider(module, filename, entries);
  }
}

function onLoaded(module: NodeModule, filename: string): void {
  const entries = byFileName.get(fileNameOf(filename));
  if (entries !== undefined) consider(module, filename, entries);
}

/** Never throws: the library has been loaded, and works without us. */
function consider(module: NodeModule, filename: string, entries: readonly Entry[]): void {
  const path = filename.replaceAll('\\', '/');
  for (const entry of entries) {
    if (!path.endsWith(`/${entry.file}`) || entry.done.has(module)) continue;
    const { name, version } = packageAt(path.slice(0, -entry.file.length)) ?? {};
    if (name !== entry.package || typeof version !== 'string') continue;
    if (isVersionIn(version, entry.versions)) apply(entry, module, version);
    else sayOnce(`${name} ${version} is left as it is: it is known from ${entry.versions} alone`);
  }
}

function apply(entry: Entry, module: NodeModule, version: string): void {
  attempt(entry, 'applied', () => {
    const loaded: LoadedModule = {
      get exports() {
        return module.exports;
      },
      set exports(value: unknown) {
        module.exports = value;
      },
      version,
    };
    // Noted before: a patch that throws half-way is not tried on the same module again.
    remember(entry, module);
    entry.done.set(module, entry.patch(loaded));
  });
}

function remember(entry: Entry, module: NodeModule): void {
  const { changed, done } = entry;
  if (changed.size >= entry.sweepAt) {
    for (const reference of changed) if (reference.deref() === undefined) changed.delete(reference);
    entry.sweepAt = FIRST_SWEEP + 2 * changed.size;
  }
  changed.add(new WeakRef(module));
  done.set(module, undefined);
}

function attempt(entry: Entry, what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const message = `The patch of ${entry.package} (${entry.file}) could not be ${what}; the library works without it`;
    sayOnce(message, error);
  }
}

function sayOnce(message: string, error?: unknown): void {
  if (said.has(message) || said.size >= MAX_PACKAGES) return;
  said.add(message);
  say(error === undefined ? 'warn' : 'error', message, error);
}

/** Name and version of the package in the folder; undefined when there is no package.json that can be read. */
function packageAt(folder: string): Package | undefined {
  if (packages.has(folder)) return packages.get(folder);
  if (packages.size >= MAX_PACKAGES) packages.clear();
  let found: Package | undefined;
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(`${folder}package.json`, 'utf8');
    found = JSON.parse(text) as Package;
    found = { name: found.name, version: found.version };
  } catch {
    // A file of that name that belongs to no package.
  }
  packages.set(folder, found);
  return found;
}

function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
