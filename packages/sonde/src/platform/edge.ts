/**
 * What the SDK needs from a runtime that is neither Node nor a browser (Workers, Deno, Bun's edge builds): web
 * standards, and of Node's own names those that many of these runtimes have, each only where it is there.
 */
import type { ExitHooks } from './exit-hooks.ts';
import type { ContextStorage } from './node.ts';
import { CallStackStorage } from './web.ts';

export type { ClusterLink } from './cluster-link.ts';
export type { DatagramClient, DatagramOptions } from './datagram.ts';
export type { ExitHooks } from './exit-hooks.ts';
export type { ExitAnswer, ExitRequest } from './exit-request.ts';
export { openHttpClient } from './fetch-http.ts';
export type { FileFacts, HostFile, HostFiles } from './host-files.ts';
export type { HttpServer, ServerRequest, ServerResponse } from './http-server.ts';
export type { ContextStorage, StandardOutput, Timer } from './node.ts';
export type { HostInfo, OsInfo, ProcessInfo } from './node-host.ts';
export type { PartName } from './node-parts.ts';
export {
  allocateBytes,
  clearTimer,
  fillRandom,
  gzip,
  hasGrpc,
  hostFiles,
  hostInfo,
  loadedApiCopies,
  loadPart,
  loadTls,
  machineId,
  monotonicClock,
  nextTurn,
  now,
  openClusterLink,
  openDatagramClient,
  openGrpcClient,
  openHttpServer,
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

interface EdgeGlobals {
  readonly AsyncLocalStorage?: new <T>() => ContextStorage<T>;
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: string): { AsyncLocalStorage?: new <T>() => ContextStorage<T> } | undefined;
  };
}

const globals: EdgeGlobals = globalThis as unknown as EdgeGlobals;

export const runtimeName: string = 'edge';

export function environment(): Readonly<Record<string, string | undefined>> {
  return globals.process?.env ?? {};
}

/** Follows asynchronous work where the runtime can do that, under either of the two names it goes by. */
export function createContextStorage<T>(): ContextStorage<T> {
  const Storage =
    globals.AsyncLocalStorage ?? globals.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
  return Storage === undefined ? new CallStackStorage<T>() : new Storage<T>();
}

/** Isolates end without a word: whoever runs in one flushes at the end of each invocation. */
export function installExitHooks(_hooks: ExitHooks): () => void {
  return () => undefined;
}
