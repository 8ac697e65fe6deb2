/**
 * The diagnostics of OpenTelemetry itself: whatever the API and the SDK have to say goes to the logger that the
 * application set, nowhere without one. The logger lives in the global, so all copies of the API share it.
 */
import { clearSlot, readSlot, writeSlot } from '../global.ts';
import {
  type ComponentLoggerOptions,
  type DiagLogFunction,
  type DiagLogger,
  type DiagLoggerOptions,
  DiagLogLevel,
} from './diag-logger.ts';

type LevelName = keyof DiagLogger;

/** Entry point to the diagnostics. */
export interface DiagAPI extends DiagLogger {
  /**
   * Makes `logger` the one that gets all diagnostics, replacing an earlier one.
   * @param options a level, or {@link DiagLoggerOptions}
   * @returns true if the logger is in place
   */
  setLogger(logger: DiagLogger, options?: DiagLoggerOptions | DiagLogLevel): boolean;
  /** A logger that puts its name before each message. It follows later changes of the logger. */
  createComponentLogger(options: ComponentLoggerOptions): DiagLogger;
  /** Takes the logger away. */
  disable(): void;
}

/** Hands a message to the logger that is set. Never throws: a logger that does is not our caller's fault. */
function write(level: LevelName, args: readonly unknown[]): void {
  try {
    const logger = readSlot('diag') as Record<LevelName, (...args: readonly unknown[]) => void> | undefined;
    if (logger !== undefined && logger !== null) logger[level](...args);
  } catch {
    // There is nobody left to tell.
  }
}

function levelFunction(level: LevelName, prefix?: string): DiagLogFunction {
  if (prefix === undefined) return (...args) => write(level, args);
  return (...args) => write(level, [prefix, ...args]);
}

function discard(): void {}

/** Passes on what is at or below `maxLevel`; the functions are bound once, here. */
function filterByLevel(logger: DiagLogger, maxLevel: number): DiagLogger {
  const pick = (name: LevelName, level: number): DiagLogFunction => {
    const target: unknown = logger[name];
    return typeof target === 'function' && maxLevel >= level ? target.bind(logger) : discard;
  };
  return {
    error: pick('error', DiagLogLevel.ERROR),
    warn: pick('warn', DiagLogLevel.WARN),
    info: pick('info', DiagLogLevel.INFO),
    debug: pick('debug', DiagLogLevel.DEBUG),
    verbose: pick('verbose', DiagLogLevel.VERBOSE),
  };
}

function setLogger(logger: DiagLogger, options?: DiagLoggerOptions | DiagLogLevel): boolean {
  try {
    if (typeof logger !== 'object' && typeof logger !== 'function') return refuse(typeof logger);
    if (logger === null || logger === diag) return refuse(logger === null ? 'null' : 'diag itself');
    const { logLevel = DiagLogLevel.INFO, suppressOverrideMessage = false } =
      typeof options === 'number' ? { logLevel: options } : (options ?? {});
    const next = filterByLevel(logger, Number(logLevel));
    const previous = readSlot('diag');
    if (previous && !suppressOverrideMessage) {
      const where = callSite();
      warn(previous, `This logger is replaced by another, set ${where}`);
      warn(next, `This logger replaces one that was set before, ${where}`);
    }
    return writeSlot('diag', next, true);
  } catch {
    return false;
  }
}

/** A logger that throws is replaced all the same, and set all the same. */
function warn(logger: DiagLogger, message: string): void {
  try {
    logger.warn(message);
  } catch {
    // There is nobody left to tell.
  }
}

function refuse(given: string): boolean {
  write('error', [
    `diag.setLogger takes an object with error, warn, info, debug and verbose; given: ${given}`,
  ]);
  return false;
}

/** The line that called setLogger. */
function callSite(): string {
  const lines = new Error().stack?.split('\n') ?? [];
  return lines[3]?.trim() ?? 'at an unknown place';
}

function createComponentLogger(options: ComponentLoggerOptions): DiagLogger {
  let namespace = 'unnamed component';
  try {
    namespace = String(options.namespace || namespace);
  } catch {
    // Named by an object that cannot be written out.
  }
  return {
    error: levelFunction('error', namespace),
    warn: levelFunction('warn', namespace),
    info: levelFunction('info', namespace),
    debug: levelFunction('debug', namespace),
    verbose: levelFunction('verbose', namespace),
  };
}

/**
 * Diagnostics of OpenTelemetry itself.
 * @example diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.DEBUG);
 */
export const diag: DiagAPI = {
  error: levelFunction('error'),
  warn: levelFunction('warn'),
  info: levelFunction('info'),
  debug: levelFunction('debug'),
  verbose: levelFunction('verbose'),
  setLogger,
  createComponentLogger,
  disable: () => clearSlot('diag'),
};
