/** A stream that lines are written to: standard output, or whatever the application gives. */
import { standardOutput } from '#platform';
import type { ImmediateTransport, SendRequest, SendResult } from '../../otlp/transport/send.ts';

/** What takes lines: process.stdout, a stream of Node, or any object with `write`. */
export interface OTLPOutputStream {
  /** Gets one line with its line break. A stream of Node calls back once it is out. */
  write(line: string, callback?: (error?: Error | null) => void): unknown;
}

/** What a stream of Node has besides. */
interface Emitter {
  once(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  readonly destroyed?: boolean;
  readonly writableEnded?: boolean;
}

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0 };

/** @param given undefined for standard output, which is asked for when the first line is written */
export function openStreamTransport(given: OTLPOutputStream | undefined): ImmediateTransport {
  return new StreamTransport(given);
}

class StreamTransport implements ImmediateTransport {
  readonly destination: string;
  readonly #given: OTLPOutputStream | undefined;
  /** The body that the stream has been handed and has not called back for. */
  #handed: readonly Uint8Array[] | undefined;

  constructor(given: OTLPOutputStream | undefined) {
    this.#given = given;
    this.destination = given === undefined ? 'standard output' : 'the output stream';
  }

  readonly send = (request: SendRequest): Promise<SendResult> => {
    return new Promise((resolve) => {
      this.#handed = request.body;
      const done = (result: SendResult): void => {
        this.#handed = undefined;
        resolve(result);
      };
      try {
        this.#write(request, done);
      } catch (error) {
        done({ kind: 'retryable', message: messageOf(error) });
      }
    });
  };

  /** What a stream was handed is its own to bring out, at the process's end as well. */
  sendNow(request: SendRequest): SendResult {
    if (request.body === this.#handed) return ACCEPTED;
    try {
      this.#stream().write(lineText(request));
      return ACCEPTED;
    } catch (error) {
      return { kind: 'retryable', message: messageOf(error) };
    }
  }

  /** The stream is not ours to end. */
  close(): void {}

  #stream(): OTLPOutputStream {
    return this.#given ?? standardOutput();
  }

  /** A stream's error is the host's death when nobody listens: as long as our line is on its way we do, as the console does. */
  #write(request: SendRequest, done: (result: SendResult) => void): void {
    const stream = this.#stream();
    const line = lineText(request);
    if (!isEmitter(stream)) {
      stream.write(line);
      done(ACCEPTED);
      return;
    }
    if (stream.destroyed === true || stream.writableEnded === true) {
      done({ kind: 'rejected', message: 'the stream has ended' });
      return;
    }
    const onError = (error: Error): void => done({ kind: 'retryable', message: messageOf(error) });
    stream.once('error', onError);
    stream.write(line, (error) => {
      if (error === undefined || error === null) {
        stream.removeListener('error', onError);
        done(ACCEPTED);
      } else {
        // The event comes after the callback.
        queueMicrotask(() => queueMicrotask(() => stream.removeListener('error', onError)));
        onError(error);
      }
    });
  }
}

function isEmitter(stream: object): stream is OTLPOutputStream & Emitter {
  const { once, removeListener } = stream as Partial<Emitter>;
  return typeof once === 'function' && typeof removeListener === 'function';
}

/** One message as one line: JSON has no line break of its own. */
function lineText({ body }: SendRequest): string {
  const decoder = new TextDecoder();
  let text = '';
  for (const piece of body) text += decoder.decode(piece, { stream: true });
  return `${text}${decoder.decode()}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
