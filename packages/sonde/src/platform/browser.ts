/** What the SDK needs from a browser: web standards, the page's life cycle, and no environment. */
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

export const runtimeName: string = 'browser';

export function environment(): Readonly<Record<string, string | undefined>> {
  return {};
}

export function createContextStorage<T>(): ContextStorage<T> {
  return new CallStackStorage<T>();
}

interface PageGlobals {
  readonly document?: { readonly visibilityState?: string };
  addEventListener?(event: string, listener: () => void, capture: boolean): void;
  removeEventListener?(event: string, listener: () => void, capture: boolean): void;
}

/** A page that is hidden may never come back, and no later moment is told reliably: what is queued is flushed then. */
export function installExitHooks(hooks: ExitHooks): () => void {
  const page = globalThis as unknown as PageGlobals;
  const flush = (): void => {
    if (page.document?.visibilityState !== 'visible' && hooks.isPending())
      hooks.flush().catch(() => undefined);
  };
  const events = ['visibilitychange', 'pagehide'];
  for (const event of events) page.addEventListener?.(event, flush, true);
  return () => {
    for (const event of events) page.removeEventListener?.(event, flush, true);
  };
}
