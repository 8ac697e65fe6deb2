/**
 * Parts of this package that few programs need, loaded at first use and in that very call: by the names of their entry
 * points, because the modules behind them lie elsewhere in each build. A bundle does not hold them; there the call throws.
 */
import { process } from './node-process.ts';

/** Entry points that are loaded only when something asks for what they have. */
export type PartName =
  | 'sonde/sdk'
  | 'sonde/propagators'
  | 'sonde/jaeger'
  | 'sonde/otlp-file'
  | 'sonde/prometheus'
  | 'sonde/register'
  | 'sonde/zipkin'
  | `sonde/bridges/${string}`;

let load: ((name: string) => unknown) | undefined;

/** The exports of an entry point. @throws where the package is not installed beside the program, as in a bundle */
export function loadPart(name: PartName): unknown {
  // The CommonJS build, where a module has no import.meta, says __filename here: scripts/build.mjs.
  // biome-ignore lint/suspicious/noTsIgnore: it is an error in one of the two builds only
  // @ts-ignore
  load ??= process.getBuiltinModule('node:module').createRequire(import.meta.url) as (
    name: string,
  ) => unknown;
  return load(name);
}

let near: ((path: string) => unknown) | undefined;
/** The file that `near` loads for. Most parts are asked for by the core, and making another walks its path by characters. */
let nearTo: string | undefined;

/**
 * The exports of a file of dist/bundle, named as an import in the file at `from` would. Only the joined files call this:
 * the build puts it where the source has a module named deferred-*, see scripts/join.mjs.
 * @throws where the file is not there any more, or cannot be read
 */
export function requireNear<T>(from: string, path: string, _import: () => Promise<T>): T {
  if (from !== nearTo) {
    near = process.getBuiltinModule('node:module').createRequire(from);
    nearTo = from;
  }
  return near?.(path) as T;
}
