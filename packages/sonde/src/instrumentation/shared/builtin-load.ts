/**
 * Waits for a built-in module that costs much until the program itself loads it: node:https and the cryptography behind
 * it are 15 ms and 9 MB on Node 26, and a program that only serves or calls plain HTTP never needs them.
 *
 * A hook of `module.registerHooks` sees the name as soon as somebody requires or imports it, calls back before they get
 * the module, and takes itself away. Where those hooks do not exist, or not yet without faults (nodejs/node#59929), the
 * module is loaded at once.
 */

interface Hooks {
  deregister(): void;
}

interface Context {
  readonly conditions?: readonly string[];
}

type Resolve = (specifier: string, context: Context) => unknown;

interface ModuleModule {
  registerHooks?(hooks: { resolve(specifier: string, context: Context, next: Resolve): unknown }): Hooks;
}

/** The first release of each line whose hooks are sound; lines in between have none. */
const SOUND_SINCE: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  22: [22, 3],
  24: [11, 1],
  25: [1, 0],
};

/** Whether hooks of this Node can be relied on. */
export function hasSoundHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 25) return true;
  const since = SOUND_SINCE[major];
  return since !== undefined && (minor > since[0] || (minor === since[0] && patch >= since[1]));
}

/**
 * Calls back with the module: now when it is loaded already or its loading could not be seen, else when somebody loads it.
 * @param name without `node:`
 * @returns what stops the waiting
 */
export function whenBuiltinLoads(name: string, callback: (module: unknown) => void): () => void {
  const { registerHooks } = process.getBuiltinModule('node:module') as ModuleModule;
  const { moduleLoadList } = process as { moduleLoadList?: readonly string[] };
  const canWait = registerHooks !== undefined && hasSoundHooks(process.versions.node);
  if (!canWait || moduleLoadList?.includes(`NativeModule ${name}`) !== false) {
    callback(process.getBuiltinModule(name));
    return () => {};
  }
  const { getBuiltinModule } = process;
  let isWaiting = true;
  const stop = (): void => {
    isWaiting = false;
    hooks.deregister();
    if (process.getBuiltinModule === watched) process.getBuiltinModule = getBuiltinModule;
  };
  const see = (specifier: unknown): void => {
    if (!isWaiting || (specifier !== name && specifier !== `node:${name}`)) return;
    stop();
    callback(getBuiltinModule(name));
  };
  const watched = function (this: unknown, id: string): unknown {
    see(id);
    return getBuiltinModule.call(process, id);
  } as typeof getBuiltinModule;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      see(specifier);
      return next(specifier, context);
    },
  });
  process.getBuiltinModule = watched;
  return () => {
    if (isWaiting) stop();
  };
}
