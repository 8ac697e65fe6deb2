/**
 * The package as users get it: packed with npm and installed into an empty folder outside the repository.
 * Every test of this folder that is about what is published goes through here.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** packages/sonde, from packages/sonde/.test-dist/test */
export const packageFolder: string = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const repositoryFolder: string = join(packageFolder, '../..');

interface Conditions {
  readonly 'module-sync': { readonly types: string; readonly default: string };
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Conditions>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export const manifest: Manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));

/** 'sonde', 'sonde/sdk', … : every entry that holds code. */
export const entries: readonly string[] = Object.entries(manifest.exports)
  .filter(([, conditions]) => typeof conditions !== 'string')
  .map(([name]) => manifest.name + name.slice(1));

/** The file of an entry in dist/{esm,cjs}/entry, without its ending. */
export function fileOf(entry: string): string {
  const conditions = manifest.exports[`.${entry.slice(manifest.name.length)}`] as Conditions;
  return conditions['module-sync'].default.replace(/^.*\/entry\/|\.js$/g, '');
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** A child that must succeed: its output, or an error that holds all of it. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): string {
  const child: SpawnSyncReturns<string> = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  });
  if (child.status !== 0 || child.error !== undefined) {
    const told = [child.error?.message, child.stdout, child.stderr].filter(Boolean).join('\n');
    throw new Error(`${command} ${args.join(' ')} ended with ${child.status}\n${told}`);
  }
  return child.stdout;
}

export interface Packed {
  /** Path of the .tgz. */
  readonly tarball: string;
  /** Paths inside it. */
  readonly files: readonly string[];
  readonly unpackedSize: number;
}

/** Packs the built package. Scripts are off: what is published is what the build left. */
export function pack(folder: string): Packed {
  const output = run(
    npm,
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    packageFolder,
  );
  // npm 12 gives an object by package name, earlier ones a list.
  const parsed: unknown = JSON.parse(output);
  const [packed] = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as [
    { filename: string; files: { path: string }[]; unpackedSize: number },
  ];
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }) => path),
    unpackedSize: packed.unpackedSize,
  };
}

/** An empty project in a temporary folder with the tarball installed. Removed by `remove()`. */
export class Project {
  readonly folder: string;
  readonly packed: Packed;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'sonde-project-'));
    this.packed = pack(this.folder);
    this.write('package.json', '{ "name": "project", "private": true }');
    run(
      npm,
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', this.packed.tarball],
      this.folder,
    );
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Writes a program and runs it with this Node (or another binary): its standard output. */
  node(path: string, text: string, flags: readonly string[] = [], binary: string = process.execPath): string {
    return run(binary, [...flags, this.write(path, text)], this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
