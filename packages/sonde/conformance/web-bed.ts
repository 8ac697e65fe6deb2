/** A bed for programs outside Node: bundled for browsers or edge runtimes, and run where nothing but web standards is in reach. */
import assert from 'node:assert/strict';
import { createContext, runInContext } from 'node:vm';
import { build, type Platform } from 'esbuild';
import { subject } from './subject.ts';

/** What browsers and edge runtimes both have. */
const webGlobals = [
  ...['AbortController', 'AbortSignal', 'Blob', 'CompressionStream', 'DOMException', 'Event', 'EventTarget'],
  ...[
    'Headers',
    'ReadableStream',
    'Request',
    'Response',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'URLSearchParams',
  ],
  ...['btoa', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'fetch', 'performance', 'queueMicrotask'],
  ...['setInterval', 'setTimeout', 'structuredClone'],
];

/**
 * Bundles the program for such a runtime and loads it there, beside the globals of `page`; what it leaves in
 * `globalThis.run` is returned. A name of Node that slips into the program's imports is a ReferenceError.
 */
export async function loadInWeb(
  program: string,
  platform: Exclude<Platform, 'node'>,
  page: Readonly<Record<string, unknown>> = {},
): Promise<(url?: string) => Promise<unknown>> {
  assert.equal(subject.name, 'sonde', 'the program imports sonde');
  const result = await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform,
    logLevel: 'silent',
  });
  const globals = Object.fromEntries(webGlobals.map((name) => [name, Reflect.get(globalThis, name)]));
  const context = createContext({ ...globals, ...page });
  assert.equal(runInContext('typeof process + typeof require', context), 'undefinedundefined');
  runInContext(result.outputFiles[0]?.text ?? '', context);
  return runInContext('run', context) as (url?: string) => Promise<unknown>;
}
