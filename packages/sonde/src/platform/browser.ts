/** What the SDK needs from a browser. Every name of node.ts is here, with the same type. */
import type { ExitHooks } from './exit-hooks.ts';

export type { ExitHooks } from './exit-hooks.ts';
export type { ExitAnswer, ExitRequest } from './exit-request.ts';
export { openHttpClient } from './fetch-http.ts';
export type { ContextStorage, StandardOutput, Timer } from './node.ts';
export type { HostInfo, OsInfo, ProcessInfo } from './node-host.ts';
export {
  allocateBytes,
  clearTimer,
  createSynchronousStorage as createContextStorage,
  fillRandom,
  gzip,
  hostInfo,
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

export const runtimeName: string = 'browser';

/** A page has no environment. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return {};
}

interface Page {
  readonly visibilityState: string;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** A hidden page may never be shown again, and gets no further event: what is queued is flushed then. */
export function installExitHooks(hooks: ExitHooks): () => void {
  const page = (globalThis as { document?: Page }).document;
  if (page === undefined) return () => {};
  const onChange = (): void => {
    if (page.visibilityState === 'hidden' && hooks.isPending()) void hooks.flush();
  };
  page.addEventListener('visibilitychange', onChange);
  return () => page.removeEventListener('visibilitychange', onChange);
}
