/** Files in memory that fail as they are told: short writes, full disks, names that cannot be changed. */
import type { HostFile, HostFiles } from '#platform';

interface Node {
  readonly id: string;
  bytes: Buffer;
  readonly bornAt: number;
}

/** What the next write does: fails, or takes so many bytes (undefined: all of them). */
export type Fault = 'error' | number | undefined;

export class MemoryFiles implements HostFiles {
  readonly byPath: Map<string, Node> = new Map();
  readonly faults: Fault[] = [];
  now = 1_767_225_600_000;
  /** Paths that cannot be opened or renamed. */
  readonly locked: Set<string> = new Set();
  canTruncate = true;
  opened = 0;
  #made = 0;

  async open(path: string): Promise<HostFile> {
    return this.openNow(path);
  }

  openNow(path: string): HostFile {
    if (this.locked.has(path)) throw new Error(`EACCES ${path}`);
    this.opened++;
    let node = this.byPath.get(path);
    if (node === undefined) {
      node = { id: String(++this.#made), bytes: Buffer.alloc(0), bornAt: this.now };
      this.byPath.set(path, node);
    }
    return this.#file(node);
  }

  #file(node: Node): HostFile {
    const writeNow = (bytes: Uint8Array): number => {
      const fault = this.faults.shift();
      if (fault === 'error') throw new Error('ENOSPC');
      const taken = Math.min(bytes.byteLength, fault ?? bytes.byteLength);
      node.bytes = Buffer.concat([node.bytes, bytes.subarray(0, taken)]);
      return taken;
    };
    return {
      id: node.id,
      bornAt: node.bornAt,
      write: async (bytes) => writeNow(bytes),
      writeNow,
      sizeNow: () => node.bytes.length,
      truncate: async (size) => {
        if (!this.canTruncate) throw new Error('EPERM');
        node.bytes = node.bytes.subarray(0, size);
      },
      close: () => {
        this.opened--;
      },
    };
  }

  async facts(path: string): Promise<{ id: string; size: number } | undefined> {
    const node = this.byPath.get(path);
    return node && { id: node.id, size: node.bytes.length };
  }

  async rename(from: string, to: string): Promise<void> {
    const node = this.byPath.get(from);
    if (node === undefined || this.locked.has(to) || this.locked.has(`${from} name`))
      throw new Error('EACCES');
    this.byPath.delete(from);
    this.byPath.set(to, node);
  }

  async remove(path: string): Promise<void> {
    if (this.locked.has(path)) throw new Error('EACCES');
    this.byPath.delete(path);
  }

  async list(folder: string): Promise<string[]> {
    return [...this.byPath.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
  }

  split(path: string): readonly [string, string] {
    const slash = path.lastIndexOf('/');
    return [path.slice(0, slash), path.slice(slash + 1)];
  }

  join(folder: string, name: string): string {
    return `${folder}/${name}`;
  }

  fromUrl(url: string): string {
    return new URL(url).pathname;
  }

  text(path: string): string {
    return this.byPath.get(path)?.bytes.toString('utf8') ?? '';
  }
}
