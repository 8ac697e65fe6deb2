/** Where a console exporter writes. A terminal or pipe that fails is the exporter's failure, never the end of the program. */
import { standardOutput } from '#platform';
import { guardedWrite, isGone } from '../../internal/guarded-write.ts';
import { messageOf } from '../../internal/shown.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { requireMethods } from '../../sdk/pipeline/options.ts';
import type { ConsoleStream } from './terminal.ts';

const DEFAULT_COLUMNS = 100;

export class ConsoleOutput {
  readonly isTTY: boolean;
  readonly #stream: ConsoleStream;
  readonly #what: string;
  /** Why nothing can be written any more: the reader of the pipe has left, or the stream has ended. */
  #gone: unknown;

  /** @param what names what is printed, in the plural */
  constructor(stream: ConsoleStream, what: string) {
    this.#stream = stream;
    this.#what = what;
    this.isTTY = stream.isTTY === true;
  }

  /** Characters to a line. */
  get columns(): number {
    return this.#stream.columns ?? DEFAULT_COLUMNS;
  }

  /** The result of an export that could not be printed. */
  failed(reason: unknown): ExportResult {
    const error = new Error(`Cannot print ${this.#what}: ${messageOf(reason)}`);
    return { code: ExportResultCode.FAILED, error };
  }

  /** Throws what the stream says at once, or said before when it was its last word; what it says later is reported. */
  write(text: string): void {
    if (this.#gone !== undefined) throw this.#gone;
    let failure: unknown;
    let isLater = false;
    guardedWrite(this.#stream, text, (error) => {
      if (error === undefined) return;
      if (isGone(error)) this.#gone = error;
      if (isLater) report('warn', 'console_failed', `Cannot print ${this.#what}`, error);
      else failure = error;
    });
    isLater = true;
    if (failure !== undefined) throw failure;
  }
}

/** The stream of the options, checked, or the standard output. */
export function outputOf(given: ConsoleStream | undefined, owner: string, what: string): ConsoleOutput {
  const stream = given === undefined ? standardOutput() : given;
  requireMethods(owner, 'stream', stream, ['write']);
  return new ConsoleOutput(stream, what);
}
