/** Hands the records of one library to the logs API: what all bridges have in common behind the library. */
import type { Attributes } from '../../api/common/attributes.ts';
import type { Context } from '../../api/context/context.ts';
import { diag } from '../../api/diag/diag.ts';
import { completeLogger } from '../../api/logs/foreign-logger.ts';
import type { Logger, LoggerProviderLike, LogRecord } from '../../api/logs/logger.ts';
import { logs } from '../../api/logs/logs-api.ts';
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import type { LogBridgeConfig } from './config.ts';

/** What a library has written. */
export interface WrittenRecord {
  readonly timestamp?: number | undefined;
  readonly severityNumber: SeverityNumber;
  readonly severityText?: string | undefined;
  readonly body?: unknown;
  readonly attributes?: Attributes | undefined;
  /** Where it was logged, for a library that writes later. Default the active Context. */
  readonly context?: Context | undefined;
}

/**
 * A processor may log about the record it has; when that makes another and so on, it is a loop. The SDK of this package
 * ends it one step earlier and says so: this is for those that do not.
 */
const MAX_DEPTH = 3;

/** Records that are being handed over right now, one inside the other, of all bridges. */
let depth = 0;

/** Calls of libraries that are writing right now: what they print on the console is theirs, and recorded once. */
let writing = 0;

/** Runs what a library does to write its record, so that the console bridge knows whose words these are. */
export function whileWriting<R>(write: () => R): R {
  writing++;
  try {
    return write();
  } finally {
    writing--;
  }
}

/** True inside `whileWriting`, or while a record is being handed over. */
export function isLibraryWriting(): boolean {
  return writing > 0 || depth > 0;
}

/** Sends for one bridge. Never throws. */
export class LogSender {
  readonly #name: string;
  readonly #version: string;
  readonly #isOff: boolean;
  readonly #lowest: number;
  readonly #question: { severityNumber: SeverityNumber } = { severityNumber: 0 };
  #logger: Logger;

  constructor(name: string, version: string, { disableLogSending, logSeverity }: LogBridgeConfig) {
    this.#name = name;
    this.#version = version;
    this.#isOff = disableLogSending === true;
    this.#lowest = logSeverity ?? 0;
    this.#logger = logs.getLogger(name, version);
  }

  /** Sends to the loggers of this provider instead of the global one's. */
  setProvider(provider: LoggerProviderLike): void {
    try {
      this.#logger = completeLogger(provider.getLogger(this.#name, this.#version));
    } catch (error) {
      diag.error(`${this.#name} keeps its logger: the provider threw`, error);
    }
  }

  /** Whether a record of this severity would be kept. Asked before anything is built. */
  wants(severityNumber: SeverityNumber): boolean {
    if (this.#isOff || (severityNumber > 0 && severityNumber < this.#lowest)) return false;
    this.#question.severityNumber = severityNumber;
    try {
      return this.#logger.enabled(this.#question);
    } catch {
      return true;
    }
  }

  /** Sends what `make` makes of the library's record: a getter that throws must not keep the library from writing. */
  sendMade(make: () => WrittenRecord): void {
    try {
      this.send(make());
    } catch (error) {
      diag.warn(`A record of ${this.#name} could not be read; it is left out`, error);
    }
  }

  send(record: WrittenRecord): void {
    if (depth >= MAX_DEPTH) {
      sayLoop(this.#name);
      return;
    }
    depth++;
    try {
      this.#logger.emit(record as LogRecord);
    } catch (error) {
      diag.error(`A log record of ${this.#name} is lost: the logger threw`, error);
    } finally {
      depth--;
    }
  }
}

const loops = new Set<string>();

function sayLoop(name: string): void {
  if (loops.has(name)) return;
  loops.add(name);
  diag.warn(`Log records of ${name} are left out that were made while log records were processed`);
}
