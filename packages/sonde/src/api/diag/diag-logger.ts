/** The shape of a logger for OpenTelemetry's own diagnostics, and its levels. */

/** Writes one diagnostic message. */
export type DiagLogFunction = (message: string, ...args: unknown[]) => void;

/** Where diagnostics go. `console` does not fit as it is: see {@link DiagConsoleLogger}. */
export interface DiagLogger {
  /** Something failed and telemetry is lost or wrong. */
  error: DiagLogFunction;
  /** Something will likely go wrong, or was given wrongly and ignored. */
  warn: DiagLogFunction;
  /** Something worth knowing once. */
  info: DiagLogFunction;
  /** Detail for finding a fault. */
  debug: DiagLogFunction;
  /** Everything, in amounts that hurt in production. */
  verbose: DiagLogFunction;
}

/** How much of the diagnostics is written: a logger with level L gets all messages whose level is at most L. */
export const DiagLogLevel = {
  /** Nothing at all. */
  NONE: 0,
  ERROR: 30,
  WARN: 50,
  /** The default. */
  INFO: 60,
  DEBUG: 70,
  VERBOSE: 80,
  ALL: 9999,
  0: 'NONE',
  30: 'ERROR',
  50: 'WARN',
  60: 'INFO',
  70: 'DEBUG',
  80: 'VERBOSE',
  9999: 'ALL',
} as const;
export type DiagLogLevel = 0 | 30 | 50 | 60 | 70 | 80 | 9999;

/** Options of `diag.setLogger`. */
export interface DiagLoggerOptions {
  /** Messages above this level are not handed to the logger. Default {@link DiagLogLevel.INFO}. */
  logLevel?: DiagLogLevel | undefined;
  /** Say nothing when another logger is replaced. Default false. */
  suppressOverrideMessage?: boolean | undefined;
}

/** Options of `diag.createComponentLogger`. */
export interface ComponentLoggerOptions {
  /** Written before each message, e.g. the name of the library. */
  namespace: string;
}
