/**
 * Where the SDK talks about itself: every suppressed error, every drop, every setting that cannot be used. One sink
 * for the whole process: the logger given to the API's `diag.setLogger` when there is one, else stderr.
 *
 * A flood is held back: per code, and source where there are several, the first line appears at once, then at most one
 * line in a minute, with the number of lines it stands for. Nothing here throws into the caller, and a sink that reports again while it is being written to
 * is not answered, so the two cannot feed each other.
 */
import { clearTimer, environment, now, setTimer, type Timer, writeStderr } from '#platform';
import { readSlot } from '../../api/global.ts';
import { printable } from '../../internal/printable.ts';
import { processState } from '../../internal/process-state.ts';
import { shown } from '../../internal/shown.ts';
import { parseEnvironmentValue } from './environment-parse.ts';
import { ENVIRONMENT_ROWS } from './environment-table.ts';

/** The severities of a report, the words of the API's diag logger. */
export type ReportLevel = 'error' | 'warn' | 'info' | 'debug' | 'verbose';

/** How long one line stands for all of its code, in milliseconds. */
const WINDOW_MILLIS = 60_000;
/** Codes and their sources followed one by one. They are few; the bound is for a plug-in that makes them up. */
const MAX_WINDOWS = 256;
/** Things said once that are remembered; beyond it nothing new is said once, so memory stays bounded. */
const MAX_ONCE = 1_000;
/** The longest line, in characters. */
const MAX_LINE = 4_000;

const RANK: Readonly<Record<string, number>> = {
  none: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
  verbose: 5,
  all: 5,
};

/** An error that the SDK kept from the application, as an error handler sees it. */
export interface TelemetryError extends Error {
  /** Stable word for the kind of failure, such as `queue_full` or `env_invalid`. */
  readonly code: string;
}

/** Gets every error that the SDK suppresses, each one, with no limit on the rate. What it throws is swallowed. */
export type ErrorHandler = (error: TelemetryError) => void;

/** The methods of the API's diag logger that reports go to. */
export type ReportLogger = Readonly<Record<ReportLevel, (message: string, ...args: unknown[]) => void>>;

/** What a reporter stands on: replaced as a whole in tests, where time is driven by hand. */
export interface ReporterHost {
  now(): number;
  setTimer(callback: () => void, milliseconds: number): Timer;
  clearTimer(timer: Timer): void;
  write(line: string): void;
  /** The logger set through the API, if there is one. It filters by its own level. */
  logger(): ReportLogger | undefined;
  /** The level of what goes to stderr, a value of OTEL_LOG_LEVEL. */
  level(): string;
}

interface Window {
  code: string;
  until: number;
  held: number;
  level: ReportLevel;
  message: string;
  timer: Timer | undefined;
}

/** One sink with its windows. The process has one, see `report`. */
export class Reporter {
  readonly #host: ReporterHost;
  readonly #windows = new Map<string, Window>();
  readonly #once = new Set<string>();
  #rank = -1;
  #writing = false;
  #handler: ErrorHandler | undefined;

  constructor(host: ReporterHost) {
    this.#host = host;
  }

  report(level: ReportLevel, code: string, message: string, detail?: unknown, source?: string): void {
    try {
      if (this.#handled(level, code, message, detail) || !this.#wanted(level)) return;
      const window = this.#window(source === undefined ? code : `${code} ${source}`, code);
      if (this.#host.now() < window.until) this.#hold(window, code, level, message);
      else this.#open(window, level, code, message, detail);
    } catch {
      // Telling about a failure must not become one.
    }
  }

  reportOnce(level: ReportLevel, code: string, key: string, message: string, detail?: unknown): void {
    const said = `${code} ${key}`;
    if (this.#once.has(said) || this.#once.size >= MAX_ONCE) return;
    this.#once.add(said);
    try {
      if (this.#handled(level, code, message, detail) || !this.#wanted(level)) return;
      this.#write(level, code, message, detail);
    } catch {
      // As in report.
    }
  }

  /** Writes what windows are holding back. */
  flush(): void {
    for (const window of this.#windows.values()) this.#close(window);
  }

  setErrorHandler(handler: ErrorHandler | undefined): void {
    this.#handler = handler;
  }

  /** Reads the level again at the next report. */
  forgetLevel(): void {
    this.#rank = -1;
  }

  #wanted(level: ReportLevel): boolean {
    if (this.#host.logger() !== undefined) return true;
    if (this.#rank < 0) this.#rank = RANK[this.#host.level()] ?? RANK['info'] ?? 3;
    return (RANK[level] ?? 1) <= this.#rank;
  }

  /** True when an error handler took it: it replaces the default way of handling errors. */
  #handled(level: ReportLevel, code: string, message: string, detail: unknown): boolean {
    const handler = this.#handler;
    if (handler === undefined || (level !== 'error' && level !== 'warn') || this.#writing) return false;
    this.#writing = true;
    try {
      const error = new Error(oneLine(message), detail === undefined ? undefined : { cause: detail });
      handler(Object.assign(error, { code }));
    } catch {
      // The contract of ErrorHandler.
    } finally {
      this.#writing = false;
    }
    return true;
  }

  /** What of a source is too much to be followed by itself goes with its code. */
  #window(key: string, code: string): Window {
    const window = this.#windows.get(key);
    if (window !== undefined) return window;
    if (this.#windows.size >= MAX_WINDOWS) this.#forgetOver();
    if (this.#windows.size >= MAX_WINDOWS && key !== 'other') {
      return this.#window(key !== code ? code : 'other', code);
    }
    const until = Number.NEGATIVE_INFINITY;
    const fresh: Window = { code, until, held: 0, level: 'info', message: '', timer: undefined };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #forgetOver(): void {
    for (const [key, { until, held }] of this.#windows) {
      if (held === 0 && until <= this.#host.now()) this.#windows.delete(key);
    }
  }

  #open(window: Window, level: ReportLevel, code: string, message: string, detail: unknown): void {
    window.until = this.#host.now() + WINDOW_MILLIS;
    this.#write(level, code, message, detail);
  }

  #hold(window: Window, code: string, level: ReportLevel, message: string): void {
    window.held++;
    window.code = code;
    window.level = level;
    window.message = message;
    window.timer ??= this.#host.setTimer(
      () => this.#close(window),
      Math.max(0, window.until - this.#host.now()),
    );
  }

  #close(window: Window): void {
    if (window.timer !== undefined) this.#host.clearTimer(window.timer);
    window.timer = undefined;
    const { held, level, code, message } = window;
    if (held === 0) return;
    window.held = 0;
    const times = held === 1 ? 'once more' : `${held} times more`;
    try {
      this.#open(window, level, code, `${message} (${times} since the last line)`, undefined);
    } catch {
      // As in report; this runs in a timer.
    }
  }

  #write(level: ReportLevel, code: string, message: string, detail: unknown): void {
    if (this.#writing) return;
    this.#writing = true;
    try {
      const logger = this.#host.logger();
      if (logger === undefined) this.#host.write(stderrLine(level, code, message, detail));
      else if (detail === undefined) logger[level](oneLine(`[${code}] ${message}`));
      else logger[level](oneLine(`[${code}] ${message}`), detail);
    } finally {
      this.#writing = false;
    }
  }
}

function stderrLine(level: ReportLevel, code: string, message: string, detail: unknown): string {
  const cause = detail === undefined ? '' : `: ${detailText(detail)}`;
  return oneLine(`sonde ${level} [${code}] ${message}${cause}`);
}

/** One line whatever the texts hold: they may come from outside, and a line break would forge a second report. */
function oneLine(text: string): string {
  return printable(text.length <= MAX_LINE ? text : `${text.slice(0, MAX_LINE)}…`);
}

function detailText(detail: unknown): string {
  try {
    if (isError(detail)) return `${detail.name}: ${detail.message}`;
    return typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? shown(detail));
  } catch {
    return '[detail cannot be shown]';
  }
}

/** Those of another realm too: under Jest every error of Node's own modules is one. */
function isError(detail: unknown): detail is Error {
  return detail instanceof Error || Object.prototype.toString.call(detail) === '[object Error]';
}

/** OTEL_LOG_LEVEL without a word about a bad value: whoever starts the SDK reads it by readEnv, which says so. */
function environmentLevel(): string {
  const text = environment()['OTEL_LOG_LEVEL'] ?? '';
  const level = parseEnvironmentValue(ENVIRONMENT_ROWS.OTEL_LOG_LEVEL, text).value;
  return typeof level === 'string' ? level : 'info';
}

const reporter: Reporter = processState(
  'diagnostics.1',
  () =>
    new Reporter({
      now,
      setTimer,
      clearTimer,
      write: writeStderr,
      logger: () => readSlot('diag'),
      level: environmentLevel,
    }),
);

/**
 * Tells the operator about something that the SDK met and survived. `code` is a stable word for the kind of thing,
 * `message` names what was being done, `detail` is what was caught. Limited in rate per code, and per `source` where several
 * may have the same to say, such as pipelines: never one of an unbounded number. Never throws.
 */
export function report(
  level: ReportLevel,
  code: string,
  message: string,
  detail?: unknown,
  source?: string,
): void {
  reporter.report(level, code, message, detail, source);
}

/** Says something once per process for each `key`, outside the limit on the rate: for settings and advice. */
export function reportOnce(
  level: ReportLevel,
  code: string,
  key: string,
  message: string,
  detail?: unknown,
): void {
  reporter.reportOnce(level, code, key, message, detail);
}

/** Writes the counts that are being held back: at shutdown and at the process's end, when no timer will come. */
export function flushReports(): void {
  reporter.flush();
}

/** Takes OTEL_LOG_LEVEL anew, for an SDK that starts after the environment was changed by the program itself. */
export function reloadReportLevel(): void {
  reporter.forgetLevel();
}

/**
 * Sends the errors and warnings that the SDK suppresses to `handler` in place of the default sink, each one, with no
 * limit on the rate; undefined restores the default. Specification: error-handling.md, "Configuring Error Handlers".
 */
export function setGlobalErrorHandler(handler: ErrorHandler | undefined): void {
  reporter.setErrorHandler(handler);
}
