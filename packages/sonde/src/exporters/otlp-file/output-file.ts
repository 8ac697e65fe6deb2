/** Lines into a file. What cannot be written is kept and tried again by the send buffer: a disk that is full may empty. */
import { type HostFiles, wallClock } from '#platform';
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
  /** Settles when the file is free: a write that ran into its timeout still goes on. */
  #free: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: FileTransportOptions) {
    this.destination = options.path;
    this.#file = new RotatingFile({ ...options, clock: options.clock ?? wallClock });
  }

  readonly send = async (request: SendRequest): Promise<SendResult> => {
    const line = lineBytes(request);
    const written = this.#free.then(async () => {
      this.#line = { body: request.body, bytes: line };
      try {
        await this.#file.append(line);
      } finally {
        this.#line = undefined;
        if (this.#isClosed) this.#file.close();
      }
    });
    this.#free = written.catch(() => undefined);
    try {
      await withDeadline(written, request.timeoutMillis, `Writing to ${this.destination}`);
      return ACCEPTED;
    } catch (error) {
      return { kind: 'retryable', message: messageOf(error) };
    }
  };

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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
