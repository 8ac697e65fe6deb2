/** A stream that lines are written to: standard output, or whatever the application gives. */
import { standardOutput } from '#platform';
import { guardedWrite, isGone } from '../../internal/guarded-write.ts';
import { messageOf } from '../../internal/shown.ts';
import type { ImmediateTransport, SendRequest, SendResult } from '../../otlp/transport/send.ts';

/** What takes lines: process.stdout, a stream of Node, or any object with `write`. */
export interface OTLPOutputStream {
  /** Gets one line with its line break. A stream of Node calls back once it is out. */
  write(line: string, callback?: (error?: Error | null) => void): unknown;
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
      guardedWrite(this.#stream(), lineText(request), (error) => done(resultOf(error)));
    });
  };

  /** What a stream was handed is its own to bring out, at the process's end as well. */
  sendNow(request: SendRequest): SendResult {
    if (request.body === this.#handed) return ACCEPTED;
    let result = ACCEPTED;
    guardedWrite(this.#stream(), lineText(request), (error) => {
      result = resultOf(error);
    });
    return result;
  }

  /** The stream is not ours to end. */
  close(): void {}

  #stream(): OTLPOutputStream {
    return this.#given ?? standardOutput();
  }
}

/** One message as one line: JSON has no line break of its own. */
function lineText({ body }: SendRequest): string {
  const decoder = new TextDecoder();
  let text = '';
  for (const piece of body) text += decoder.decode(piece, { stream: true });
  return `${text}${decoder.decode()}\n`;
}

function resultOf(error: unknown): SendResult {
  if (error === undefined) return ACCEPTED;
  // Only what may be there again is tried again.
  return {
    kind: isGone(error) ? 'rejected' : 'retryable',
    message: messageOf(error),
  };
}
