/** Lines into a file. What cannot be written is kept and tried again by the send buffer: a disk that is full may empty. */
import { type HostFiles, wallClock } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import type { ImmediateTransport, SendRequest, SendResult } from '../../otlp/transport/send.ts';
import { withDeadline } from '../../sdk/pipeline/deadline.ts';
import { RotatingFile, type RotationLimits } from './rotating-file.ts';

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0 };

export interface FileTransportOptions {
  readonly path: string;
  readonly files: HostFiles;
  readonly rotation: RotationLimits | undefined;
  readonly clock?: (() => number) | undefined;
}

export function openFileTransport(options: FileTransportOptions): ImmediateTransport {
  return new FileTransport(options);
}

class FileTransport implements ImmediateTransport {
  readonly destination: string;
  readonly #file: RotatingFile;
  /** The body that is being written, as the line that the file knows. */
  #line: { readonly body: readonly Uint8Array[]; readonly bytes: Uint8Array } | undefined;
  #isClosed = false;

  constructor(options: FileTransportOptions) {
    this.destination = options.path;
    this.#file = new RotatingFile({ ...options, clock: options.clock ?? wallClock });
  }

  readonly send = async (request: SendRequest): Promise<SendResult> => {
    // A write that ran into its timeout still goes on. Others behind it would be kept for as long as the disk hangs, and
    // written after they were given up.
    if (this.#line !== undefined)
      return { kind: 'retryable', message: 'an earlier line is still being written' };
    try {
      const written = this.#append(request);
      await withDeadline(written, request.timeoutMillis, `Writing to ${this.destination}`);
      return ACCEPTED;
    } catch (error) {
      return { kind: 'retryable', message: messageOf(error) };
    }
  };

  async #append(request: SendRequest): Promise<void> {
    const bytes = lineBytes(request);
    this.#line = { body: request.body, bytes };
    try {
      await this.#file.append(bytes);
    } finally {
      this.#line = undefined;
      if (this.#isClosed) this.#file.close();
    }
  }

  sendNow(request: SendRequest): SendResult {
    const begun = this.#line;
    try {
      this.#file.appendNow(begun?.body === request.body ? begun.bytes : lineBytes(request));
      return ACCEPTED;
    } catch (error) {
      return { kind: 'retryable', message: messageOf(error) };
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#line === undefined) this.#file.close();
  }
}

/** One message as one line: JSON has no line break of its own. */
function lineBytes({ body, byteLength }: SendRequest): Uint8Array {
  const line = new Uint8Array(byteLength + 1);
  let position = 0;
  for (const piece of body) {
    line.set(piece, position);
    position += piece.byteLength;
  }
  line[byteLength] = 10;
  return line;
}
