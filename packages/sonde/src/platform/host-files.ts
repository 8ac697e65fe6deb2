/** Files that are appended to and rotated, as a platform offers them; those that have no files offer nothing. */

/** An open file. All of its writes go to its end, in one call each. */
export interface HostFile {
  /** Tells two files apart, whatever their names are now. */
  readonly id: string;
  /** Milliseconds since the epoch at which it was made, as far as the system knows. */
  readonly bornAt: number;
  /** Writes in one call and gives how many bytes went out: fewer than given when the disk is full. */
  write(bytes: Uint8Array): Promise<number>;
  writeNow(bytes: Uint8Array): number;
  sizeNow(): number;
  truncate(size: number): Promise<void>;
  close(): void;
}

export interface FileFacts {
  readonly id: string;
  readonly size: number;
}

export interface HostFiles {
  /** Opens for appending; makes the file, and the folders above it. */
  open(path: string): Promise<HostFile>;
  openNow(path: string): HostFile;
  /** Undefined where there is none. */
  facts(path: string): Promise<FileFacts | undefined>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  /** Folder and name of a path. */
  split(path: string): readonly [folder: string, name: string];
  join(folder: string, name: string): string;
  /** The path that a `file:` URL means. @throws TypeError for one that means none */
  fromUrl(url: string): string;
}
