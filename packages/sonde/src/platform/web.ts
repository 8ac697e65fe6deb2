/**
 * What the SDK needs, from web standards alone: the part that browsers and edge runtimes have in common. browser.ts and
 * edge.ts add what only one of them has; all platform files together export the same names.
 */

import type { ClusterLink } from './cluster-link.ts';
import type { LoadedTls, TlsSources } from './connection.ts';
import type { DatagramClient, DatagramOptions } from './datagram.ts';
import type { ExitAnswer, ExitRequest } from './exit-request.ts';
import type { GrpcClient, GrpcClientOptions } from './grpc-client.ts';
import type { HostFiles } from './host-files.ts';
import { failure } from './http-client.ts';
import type { HttpServer, HttpServerOptions } from './http-server.ts';
import type { ContextStorage, StandardOutput, Timer } from './node.ts';
import type { HostInfo, OsInfo, ProcessInfo } from './node-host.ts';
import type { PartName } from './node-parts.ts';

export const now: () => number = () => performance.now();

export const monotonicClock = (): (() => number) => now;

export const wallClock: () => number = () => Date.now();

/** Some edge runtimes say 0: their clock has no origin of its own. */
export const timeOrigin = (): number => origin;

const origin = performance.timeOrigin || Date.now() - performance.now();

export function fillRandom(words: Uint32Array): void {
  crypto.getRandomValues(words as Uint32Array<ArrayBuffer>);
}

/** setTimeout gives a number in browsers, an object that holds the process in some other runtimes. */
export function setTimer(callback: () => void, milliseconds: number): Timer {
  const timer = setTimeout(callback, milliseconds) as unknown as Timer;
  timer.unref?.();
  return timer;
}

export function setHoldingTimer(callback: () => void, milliseconds: number): Timer {
  return setTimeout(callback, milliseconds) as unknown as Timer;
}

export function clearTimer(timer: Timer): void {
  clearTimeout(timer as unknown as number);
}

export function nextTurn(callback: () => void): void {
  setTimeout(callback, 0);
}

/** The pieces as one gzip stream, in pieces again. Rejects where the runtime has no CompressionStream. */
export async function gzip(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const packed = new Blob(pieces as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  return [new Uint8Array(await new Response(packed).arrayBuffer())];
}

export function writeStderr(line: string): void {
  console.error(line);
}

/** The console writes whole lines: what ends in a line break loses it. */
export function standardOutput(): StandardOutput {
  return { write: (text) => console.log(text.replace(/\n$/, '')) };
}

/** Follows calls, not what they begin: for runtimes that cannot carry a store through promises and timers. */
export class CallStackStorage<T> implements ContextStorage<T> {
  #store: T | undefined;

  getStore(): T | undefined {
    return this.#store;
  }

  run<A extends unknown[], R>(store: T, callback: (...args: A) => R, ...args: A): R {
    const previous = this.#store;
    this.#store = store;
    try {
      return callback(...args);
    } finally {
      this.#store = previous;
    }
  }

  enterWith(store: T): void {
    this.#store = store;
  }
}

export function processName(): string | undefined {
  return undefined;
}

export function processInfo(): ProcessInfo | undefined {
  return undefined;
}

/** UDP is for programs outside of browsers and isolates. */
export function openDatagramClient(_options: DatagramOptions): DatagramClient | undefined {
  return undefined;
}

export function hostFiles(): HostFiles | undefined {
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

/** Writes a string as UTF-8 from `offset` on and returns how many bytes it took; lone surrogates become U+FFFD. */
export function writeUtf8(target: Uint8Array, text: string, offset: number): number {
  return encoder.encodeInto(text, target.subarray(offset)).written;
}

export function allocateBytes(size: number): Uint8Array {
  return new Uint8Array(size);
}

export const shortStringLength: number = 28;

/** Nothing may block here: what is left is reported as unavailable, and counted as lost by whoever asked. */
export function sendBlocking(requests: readonly ExitRequest[], _timeoutMillis: number): ExitAnswer[] {
  return requests.map(() => ({
    status: 0,
    contentType: '',
    body: new Uint8Array(0),
    failure: 'unavailable',
    message: 'this runtime cannot wait for an answer while it ends',
  }));
}

/** Only Node loads parts of the package when they are asked for; elsewhere everything is in the bundle or is not there. */
export function loadPart(name: PartName): unknown {
  throw new Error(`${name} cannot be loaded here by its name`);
}

/** fetch gives no trailers, and in them gRPC has its status. */
export const hasGrpc: boolean = false;

export function openGrpcClient(_options: GrpcClientOptions): GrpcClient {
  const exchange = async () => failure('request', 'this runtime has no gRPC');
  return { exchange, close: () => undefined };
}

/** The runtime's own certificates are the ones that fetch goes by. */
export function loadTls(sources: TlsSources): LoadedTls {
  const given = [sources.ca, sources.cert, sources.key].filter((source) => source !== undefined);
  const problems = given.map(({ name }) => `${name}: TLS is the runtime's own business here`);
  return { settings: {}, problems, warnings: [] };
}

/** No server can be opened here. */
export function openHttpServer(_options: HttpServerOptions): HttpServer | undefined {
  return undefined;
}

/** There are no processes here that serve a port together. */
export function openClusterLink(): ClusterLink | undefined {
  return undefined;
}

/** What is loaded here is in a bundle, or in a cache that nobody can read. */
export function loadedApiCopies(_withModules: boolean): unknown[] {
  return [];
}
