/**
 * Writing to a stream that may be gone. A stream of Node whose reader has left (`node app.js | head`) emits an `error`,
 * and an `error` that nobody listens for ends the process: while a text of ours is on its way somebody does, as Node's own
 * console sees to it. Before and after that the stream's errors are the application's.
 */

/** What takes text: a stream of Node, or any object with `write`. */
export interface TextStream {
  /** A stream of Node calls back once the text is out. */
  write(text: string, callback?: (error?: Error | null) => void): unknown;
}

/** Told once how a write ended; `error` is undefined when the text is out, or in the hands of something that never tells. */
export type WriteDone = (error: unknown) => void;

/** What a stream of Node has besides. */
interface NodeStream extends TextStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** Writes and never throws: `done` is told of every failure, at once or later. */
export function guardedWrite(stream: TextStream, text: string, done: WriteDone): void {
  try {
    if (isNodeStream(stream)) guardOf(stream).write(text, done);
    else {
      stream.write(text);
      done(undefined);
    }
  } catch (error) {
    done(error);
  }
}

/** Whether an error says that the stream will never take anything again: nobody reads the pipe, or the stream has ended. */
export function isGone(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END';
}

function isNodeStream(stream: TextStream): stream is NodeStream {
  const { on, removeListener } = stream as Partial<NodeStream>;
  return typeof on === 'function' && typeof removeListener === 'function';
}

/** Listens to one stream while texts are on their way: one listener for all of them, however many there are. */
class Guard {
  readonly #stream: NodeStream;
  #pending = 0;
  #listens = false;
  /** Told of an error of a stream that does not call back; the others are not kept, so that such a one costs no memory. */
  #latest: WriteDone | undefined;
  readonly #onError = (error: Error): void => this.#latest?.(error);

  constructor(stream: NodeStream) {
    this.#stream = stream;
  }

  write(text: string, done: WriteDone): void {
    let isSettled = false;
    const settle: WriteDone = (error) => {
      if (isSettled) return;
      isSettled = true;
      if (this.#latest === settle) this.#latest = undefined;
      this.#pending--;
      // The event of a failure comes after its callback.
      if (error === undefined || error === null) this.#release();
      else queueMicrotask(() => queueMicrotask(() => this.#release()));
      done(error ?? undefined);
    };
    if (!this.#listens) this.#stream.on('error', this.#onError);
    this.#listens = true;
    this.#pending++;
    this.#latest = settle;
    try {
      this.#stream.write(text, settle);
    } catch (error) {
      settle(error);
    }
  }

  #release(): void {
    if (this.#pending > 0 || !this.#listens) return;
    this.#listens = false;
    this.#stream.removeListener('error', this.#onError);
  }
}

const guards = new WeakMap<NodeStream, Guard>();

function guardOf(stream: NodeStream): Guard {
  let guard = guards.get(stream);
  if (guard === undefined) {
    guard = new Guard(stream);
    guards.set(stream, guard);
  }
  return guard;
}
