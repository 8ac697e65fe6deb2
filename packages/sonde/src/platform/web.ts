/**
 * What browsers and edge runtimes have in common: web standards and nothing else. browser.ts and edge.ts take it from
 * here and add what is theirs. The types are those of node.ts, held against it by a type test.
 */
import type { ExitHooks } from './exit-hooks.ts';
import type { ExitAnswer, ExitRequest } from './exit-request.ts';
import type { ContextStorage, StandardOutput, Timer } from './node.ts';
import type { HostInfo, OsInfo, ProcessInfo } from './node-host.ts';

export const now: () => number = /* @__PURE__ */ performance.now.bind(performance);

export const wallClock: () => number = Date.now;

export const timeOrigin: number = performance.timeOrigin;

export function fillRandom(words: Uint32Array): void {
  crypto.getRandomValues(words as Uint32Array<ArrayBuffer>);
}

/** No timer of a page or worker keeps it alive. */
export function setTimer(callback: () => void, milliseconds: number): Timer {
  return setTimeout(callback, milliseconds) as unknown as Timer;
}

export const setHoldingTimer: typeof setTimer = setTimer;

export function clearTimer(timer: Timer): void {
  clearTimeout(timer as unknown as number);
}

export function nextTurn(callback: () => void): void {
  setTimeout(callback, 0);
}

/** The pieces as one gzip stream, in pieces again. */
export async function gzip(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const stream = new Blob(pieces as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  return [new Uint8Array(await new Response(stream).arrayBuffer())];
}

export function writeStderr(line: string): void {
  console.error(line);
}

/** Lines go to the console, which ends each by itself. */
export function standardOutput(): StandardOutput {
  return { write: (text: string) => console.log(text.replace(/\n$/, '')) };
}

/**
 * A context for synchronous code: what is awaited inside does not see it. The runtimes that follow asynchronous work
 * have AsyncLocalStorage, which edge.ts looks for first.
 */
export function createSynchronousStorage<T>(): ContextStorage<T> {
  let active: T | undefined;
  return {
    getStore: () => active,
    run: (store, callback, ...args) => {
      const previous = active;
      active = store;
      try {
        return callback(...args);
      } finally {
        active = previous;
      }
    },
    enterWith: (store) => {
      active = store;
    },
  };
}

export function processName(): string | undefined {
  return undefined;
}

export function processInfo(): ProcessInfo | undefined {
  return undefined;
}

export function hostInfo(): HostInfo | undefined {
  return undefined;
}

export function osInfo(): OsInfo | undefined {
  return undefined;
}

export function machineId(): Promise<string | undefined> {
  return Promise.resolve(undefined);
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** Writes a string as UTF-8 from `offset` on and returns how many bytes it took. */
export function writeUtf8(target: Uint8Array, text: string, offset: number): number {
  return encoder.encodeInto(text, target.subarray(offset)).written;
}

export function allocateBytes(size: number): Uint8Array {
  return new Uint8Array(size);
}

/** encodeInto needs a subarray, which costs 25 ns: a loop is faster up to some thirty characters. */
export const shortStringLength: number = 32;

/** Nothing blocks here: what could not be sent before the end is lost, and counted. */
export function sendBlocking(requests: readonly ExitRequest[], _timeoutMillis: number): ExitAnswer[] {
  return requests.map(() => ({
    status: 0,
    contentType: '',
    body: new Uint8Array(0),
    failure: 'unavailable',
    message: 'this runtime cannot send once it has ended',
  }));
}

/** Nothing to hook where a process has no end that it sees. */
export function installNoExitHooks(_hooks: ExitHooks): () => void {
  return () => {};
}
