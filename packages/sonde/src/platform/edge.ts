/**
 * What the SDK needs from runtimes that are neither Node nor a browser: workers at the edge, Deno, Bun without its Node
 * layer. Every name of node.ts is here, with the same type.
 */
import type { ContextStorage } from './node.ts';
import { createSynchronousStorage } from './web.ts';

export type { ExitHooks } from './exit-hooks.ts';
export type { ExitAnswer, ExitRequest } from './exit-request.ts';
export { openHttpClient } from './fetch-http.ts';
export type { ContextStorage, StandardOutput, Timer } from './node.ts';
export type { HostInfo, OsInfo, ProcessInfo } from './node-host.ts';
export {
  allocateBytes,
  clearTimer,
  fillRandom,
  gzip,
  hostInfo,
  installNoExitHooks as installExitHooks,
  machineId,
  nextTurn,
  now,
  osInfo,
  processInfo,
  processName,
  sendBlocking,
  setHoldingTimer,
  setTimer,
  shortStringLength,
  standardOutput,
  timeOrigin,
  wallClock,
  writeStderr,
  writeUtf8,
} from './web.ts';

export const runtimeName: string = 'edge';

interface EdgeGlobals {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly Deno?: { readonly env?: { toObject(): Readonly<Record<string, string>> } };
  readonly AsyncLocalStorage?: new () => ContextStorage<unknown>;
}

/** Where the runtime has variables; one that refuses to show them has none. */
export function environment(): Readonly<Record<string, string | undefined>> {
  const { process: node, Deno: deno } = globalThis as EdgeGlobals;
  try {
    return node?.env ?? deno?.env?.toObject() ?? {};
  } catch {
    return {};
  }
}

/** AsyncLocalStorage where the runtime offers it as a global, else one for synchronous code. */
export function createContextStorage<T>(): ContextStorage<T> {
  const { AsyncLocalStorage } = globalThis as EdgeGlobals;
  return AsyncLocalStorage === undefined
    ? createSynchronousStorage<T>()
    : (new AsyncLocalStorage() as ContextStorage<T>);
}
