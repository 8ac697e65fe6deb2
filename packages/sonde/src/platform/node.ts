/**
 * What the SDK needs from Node: clock, random numbers, environment, timers, stderr, context storage.
 * Every platform file exports the same names with the same types; the SDK reaches them as `#platform`.
 * Built-ins are fetched with process.getBuiltinModule at first use: an ESM import of node:http alone costs
 * 17 MB and 26 ms (measured on Node 24 and 26).
 */
import { guardedWrite } from '../internal/guarded-write.ts';
import { process } from './node-process.ts';

/** A store that follows asynchronous work. One per process, see sdk/common/context-manager.ts. */
export interface ContextStorage<T> {
  getStore(): T | undefined;
  run<A extends unknown[], R>(store: T, callback: (...args: A) => R, ...args: A): R;
  enterWith(store: T): void;
  /** Whether what is entered ends with the call that the runtime has made: it puts back what it had before. */
  readonly endsWithCall?: boolean | undefined;
}

export const runtimeName: string = 'node';

/**
 * Milliseconds since `timeOrigin()`, monotonic. One syscall, 44 ns: read it once per start and end. `performance` is asked
 * for in the call, because the first one that asks has Node load ten modules of 1.4 MB (Node 26).
 */
export const now = (): number => performance.now();

/**
 * What `now` reads, for a caller that reads it so often that it keeps this (5 ns less a reading). Not bound to the function of
 * this moment: that of a test's fake clock would stay after the test.
 */
export function monotonicClock(): () => number {
  const source = performance;
  return () => source.now();
}

/** Milliseconds since the Unix epoch by the wall clock, whole milliseconds. */
export const wallClock: () => number = Date.now;

/** The epoch time in milliseconds at which `now()` was 0. */
export const timeOrigin = (): number => performance.timeOrigin;

export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/**
 * From the kernel's generator where it is a file: asking for `crypto` loads modules of 2 MB (Node 20) or 4 MB (Node 26)
 * and 4 ms, which a program may never need. What is asked for is a seed and a UUID.
 */
export function fillRandom(words: Uint32Array): void {
  if (!fillFromDevice(words)) globalThis.crypto.getRandomValues(words);
}

const RANDOM_DEVICE = '/dev/urandom';

/** Taken as they are now: an instrumentation or a test that replaces them later must not see, or count, our reading. */
const files = /* @__PURE__ */ fileFunctions();

function fileFunctions(): Pick<
  typeof import('node:fs'),
  'closeSync' | 'fstatSync' | 'openSync' | 'readSync'
> {
  const { closeSync, fstatSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  return { closeSync, fstatSync, openSync, readSync };
}

/** Where node:fs was instrumented before us, reading makes spans, and a span asks for random numbers. */
let isReadingDevice = false;

/** False where there is no such file, it may not be read, or something stands in for it. */
function fillFromDevice(words: Uint32Array): boolean {
  if (isReadingDevice || (process.platform !== 'linux' && process.platform !== 'darwin')) return false;
  isReadingDevice = true;
  try {
    const file = files.openSync(RANDOM_DEVICE, 'r');
    try {
      const isDevice = files.fstatSync(file).isCharacterDevice();
      const isFilled = isDevice && files.readSync(file, words) === words.byteLength;
      return isFilled && words.some((word) => word !== 0);
    } finally {
      files.closeSync(file);
    }
  } catch {
    return false;
  } finally {
    isReadingDevice = false;
  }
}

/**
 * Runs the callback in a later turn of the event loop, after input and output had theirs. It holds the process for that
 * one turn: what runs there is work already begun.
 */
export function nextTurn(callback: () => void): void {
  setImmediate(callback);
}

/** Below this many bytes compressing at once takes less time than going through the thread pool. */
const COMPRESS_AT_ONCE_BYTES = 2_048;

/** The pieces as one gzip stream, in pieces again. Large ones are compressed on libuv's thread pool. */
export function gzip(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const { createGzip, gzipSync } = process.getBuiltinModule('node:zlib');
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (length < COMPRESS_AT_ONCE_BYTES) return Promise.resolve([gzipSync(Buffer.concat(pieces))]);
  return new Promise((resolve, reject) => {
    const packed: Uint8Array[] = [];
    const stream = createGzip({ chunkSize: 65_536 });
    stream.on('data', (chunk: Uint8Array) => packed.push(chunk));
    stream.on('end', () => resolve(packed));
    stream.on('error', reject);
    for (const piece of pieces) stream.write(piece);
    stream.end();
  });
}

/** Nobody can be told that the standard error is gone. */
export function writeStderr(line: string): void {
  guardedWrite(process.stderr, `${line}\n`, () => {});
}

/** Where console exporters write by default. */
export interface StandardOutput {
  write(text: string): unknown;
  /** True for a terminal. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

export function standardOutput(): StandardOutput {
  return process.stdout;
}

export { createContextStorage } from './node-context.ts';
export {
  type HostInfo,
  hostInfo,
  machineId,
  type OsInfo,
  osInfo,
  type ProcessInfo,
  processInfo,
  processName,
} from './node-host.ts';

/**
 * Writes a string as UTF-8 from `offset` on and returns how many bytes it took; lone surrogates become U+FFFD.
 * The caller guarantees three bytes of room per UTF-16 unit. Faster than TextEncoder.encodeInto, which needs a
 * subarray (25 ns) for every string.
 */
export function writeUtf8(target: Uint8Array, text: string, offset: number): number {
  return (target as NodeBuffer).utf8Write(text, offset, text.length * 3);
}

/** Memory for an encoder: never shared with Node's pool, not zeroed. */
export function allocateBytes(size: number): Uint8Array {
  return Buffer.allocUnsafeSlow(size);
}

/** `utf8Write` has been on every Buffer since Node 0.x; @types/node leaves it out. */
interface NodeBuffer extends Uint8Array {
  utf8Write(text: string, offset: number, length: number): number;
}

/** Strings shorter than this are copied faster by a loop than by a call into C++ (28 on Node 20-22, 16 later). */
export const shortStringLength: number = Number.parseInt(process.versions.node, 10) >= 24 ? 16 : 28;

export type { ClusterLink } from './cluster-link.ts';
export type { DatagramClient, DatagramOptions } from './datagram.ts';
export type { ExitHooks } from './exit-hooks.ts';
export type { ExitAnswer, ExitRequest } from './exit-request.ts';
export type { FileFacts, HostFile, HostFiles } from './host-files.ts';
export type { HttpServer, ServerRequest, ServerResponse } from './http-server.ts';
export { loadedApiCopies } from './node-api-copies.ts';
export { openClusterLink } from './node-cluster.ts';
export { openDatagramClient } from './node-datagram.ts';
export { installExitHooks } from './node-exit-hooks.ts';
export { hostFiles } from './node-files.ts';
export { hasGrpc, openGrpcClient } from './node-grpc.ts';
export { openHttpClient } from './node-http.ts';
export { openHttpServer } from './node-http-server.ts';
export { sendBlocking } from './node-last-sender.ts';
export { loadPart, type PartName } from './node-parts.ts';
export { clearTimer, setHoldingTimer, setTimer, type Timer } from './node-timer.ts';
export { loadTls } from './node-tls.ts';
