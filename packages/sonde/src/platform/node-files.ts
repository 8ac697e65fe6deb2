/** Node's files. node:fs is fetched at the first use: most programs never write one through us. */
import type { HostFile, HostFiles } from './host-files.ts';

type Fs = typeof import('node:fs');
type Stats = import('node:fs').Stats;

/** The files of this system. */
export function hostFiles(): HostFiles | undefined {
  const fs = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  return {
    open: async (file) => {
      await fs.promises.mkdir(path.dirname(file), { recursive: true });
      const descriptor = await call<number>((done) => fs.open(file, 'a', 0o666, done));
      return hostFile(fs, descriptor, await call<Stats>((done) => fs.fstat(descriptor, done)));
    },
    openNow: (file) => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const descriptor = fs.openSync(file, 'a', 0o666);
      return hostFile(fs, descriptor, fs.fstatSync(descriptor));
    },
    facts: async (file) => {
      try {
        const stats = await fs.promises.stat(file);
        return { id: idOf(stats), size: stats.size };
      } catch {
        return undefined;
      }
    },
    rename: (from, to) => fs.promises.rename(from, to),
    remove: (file) => fs.promises.unlink(file),
    list: (folder) => fs.promises.readdir(folder),
    split: (file) => [path.dirname(file), path.basename(file)],
    join: (folder, name) => path.join(folder, name),
    fromUrl: (url) => process.getBuiltinModule('node:url').fileURLToPath(url),
  };
}

/** A descriptor and not a FileHandle: that one has no synchronous side, which the process's end needs. */
function hostFile(fs: Fs, descriptor: number, stats: Stats): HostFile {
  return {
    id: idOf(stats),
    bornAt: stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.ctimeMs,
    write: (bytes) => call<number>((done) => fs.write(descriptor, bytes, 0, bytes.byteLength, null, done)),
    writeNow: (bytes) => fs.writeSync(descriptor, bytes),
    sizeNow: () => fs.fstatSync(descriptor).size,
    truncate: (size) => call<void>((done) => fs.ftruncate(descriptor, size, done)),
    close: () => fs.close(descriptor, () => undefined),
  };
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** A callback function of node:fs as a promise. */
function call<T>(start: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value as T) : reject(error)));
  });
}
