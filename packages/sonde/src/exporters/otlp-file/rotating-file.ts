/**
 * A file of lines that never grows without bound: when it is too large or too old it is put aside under a name with the
 * time, and of those only the newest are kept. Names and order are those of the Collector's file exporter.
 *
 *   spans.jsonl   spans-2026-11-28T01-02-03.456.jsonl   spans-2026-11-27T…   (the oldest is removed)
 *
 * One line is one write to the end of the file, so processes that share it do not mix their lines. What a full disk took
 * of a line is cut off again, or closed by a line break where somebody else has written behind it.
 */
import type { HostFile, HostFiles } from '#platform';
import { report } from '../../sdk/common/diagnostics.ts';

/** When a file is put aside, and how many of those are kept. */
export interface RotationLimits {
  readonly maxFileBytes: number;
  /** Infinity: whatever its age. */
  readonly maxFileAgeMillis: number;
  readonly maxFiles: number;
}

export interface RotatingFileOptions {
  readonly path: string;
  readonly files: HostFiles;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Undefined: one file for ever. */
  readonly rotation: RotationLimits | undefined;
}

const LINE_BREAK = 10;

export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #file: HostFile | undefined;
  /** Bytes of a line that could not be taken back: the next line begins with a line break. */
  #isTorn = false;
  /** The line that is being written, and the size of the file once it is. */
  #writing: { readonly line: Uint8Array; readonly end: number } | undefined;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /** Appends a line that ends in a line break; one call after the other. Rejects when it is not there as a whole. */
  async append(line: Uint8Array): Promise<void> {
    const { file, size } = await this.#fileFor(line.byteLength);
    const bytes = this.#isTorn ? withLineBreak(line) : line;
    this.#writing = { line, end: size + bytes.byteLength };
    let written = 0;
    try {
      written = await file.write(bytes);
      if (written < bytes.byteLength)
        throw new Error(`only ${written} of ${bytes.byteLength} bytes were written`);
      this.#isTorn = false;
    } catch (error) {
      await this.#takeBack(file, size, written);
      throw error;
    } finally {
      this.#writing = undefined;
    }
  }

  /** The same in this very call, for the end of the process: nothing is put aside any more. */
  appendNow(line: Uint8Array): void {
    const begun = this.#writing;
    if (begun !== undefined && begun.line === line && (this.#file?.sizeNow() ?? 0) >= begun.end) return;
    this.#file ??= this.#options.files.openNow(this.#options.path);
    const bytes = this.#isTorn ? withLineBreak(line) : line;
    const written = this.#file.writeNow(bytes);
    if (written > 0) this.#isTorn = written < bytes.byteLength;
    if (written < bytes.byteLength)
      throw new Error(`only ${written} of ${bytes.byteLength} bytes were written`);
  }

  /** Lets go of the file; a later line opens it again. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** The file at the path now, which somebody may have moved or removed since, with room for so many bytes. */
  async #fileFor(bytes: number): Promise<{ file: HostFile; size: number }> {
    const { files, path, rotation, clock } = this.#options;
    const facts = await files.facts(path);
    if (this.#file !== undefined && this.#file.id !== facts?.id) this.close();
    this.#file ??= await files.open(path);
    const size = facts?.id === this.#file.id ? facts.size : 0;
    if (rotation === undefined || size === 0) return { file: this.#file, size };
    const isFull = size + bytes > rotation.maxFileBytes;
    if (!isFull && clock() - this.#file.bornAt < rotation.maxFileAgeMillis) return { file: this.#file, size };
    if (!(await this.#putAside(rotation.maxFiles))) return { file: this.#file, size };
    this.#file = await files.open(path);
    return { file: this.#file, size: 0 };
  }

  /** False, and said, where the file cannot be renamed: then it grows on, for a line lost is worse. */
  async #putAside(maxFiles: number): Promise<boolean> {
    const { files, path } = this.#options;
    try {
      const [folder, name] = files.split(path);
      const { stem, extension } = partsOf(name);
      const others = new Set(await files.list(folder));
      await files.rename(path, files.join(folder, this.#freeName(stem, extension, others)));
      this.close();
      this.#isTorn = false;
      await this.#removeOldest(folder, stem, extension, maxFiles);
      return true;
    } catch (error) {
      report('warn', 'otlp_file_rotation', `${path} cannot be put aside and grows on`, error);
      return false;
    }
  }

  #freeName(stem: string, extension: string, others: ReadonlySet<string>): string {
    for (let time = this.#options.clock(); ; time++) {
      const stamp = new Date(time).toISOString().slice(0, -1).replaceAll(':', '-');
      const name = `${stem}-${stamp}${extension}`;
      if (!others.has(name)) return name;
    }
  }

  async #removeOldest(folder: string, stem: string, extension: string, maxFiles: number): Promise<void> {
    const { files } = this.#options;
    const isOurs = (name: string): boolean =>
      name.startsWith(`${stem}-`) &&
      name.endsWith(extension) &&
      STAMP.test(name.slice(stem.length + 1, name.length - extension.length));
    const aside = (await files.list(folder)).filter(isOurs).sort();
    for (const name of aside.slice(0, Math.max(0, aside.length - maxFiles))) {
      try {
        await files.remove(files.join(folder, name));
      } catch (error) {
        report('warn', 'otlp_file_rotation', `${name} is too old but cannot be removed`, error);
      }
    }
  }

  /** Makes the file end where it did before a write that failed, or remembers that it does not. */
  async #takeBack(file: HostFile, size: number, written: number): Promise<void> {
    const wasTorn = this.#isTorn;
    try {
      const now = file.sizeNow();
      if (now === size) return;
      this.#isTorn = true;
      // Somebody else has written behind it.
      if (now !== size + written && written > 0) return;
      await file.truncate(size);
      this.#isTorn = wasTorn;
    } catch {
      this.#isTorn = true;
    }
  }
}

const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}$/;

function partsOf(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}

function withLineBreak(line: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(line.byteLength + 1);
  bytes[0] = LINE_BREAK;
  bytes.set(line, 1);
  return bytes;
}
