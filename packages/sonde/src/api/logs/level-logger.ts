/**
 * The logs API for direct use, one method for each level and one for events (logs/api.md#ergonomic-api). A shell around any
 * Logger: libraries that bridge to the logs API use `emit`.
 */
import type { Attributes } from '../common/attributes.ts';
import type { Context } from '../context/context.ts';
import { diag } from '../diag/diag.ts';
import { completeLogger } from './foreign-logger.ts';
import type { LogEvent } from './log-event.ts';
import type { Logger, LoggerEnabledOptions, LoggerLike, LogRecord } from './logger.ts';
import { NOOP_LOGGER } from './noop-logger.ts';
import { SeverityNumber } from './severity-number.ts';

/** Attributes, or a function that makes them: it is called only if the record is wanted. */
export type LazyAttributes<A extends Attributes = Attributes> = A | (() => A);

/** What an event may have besides its name and attributes. */
export interface LogEventDetails {
  readonly body?: unknown;
  readonly severityNumber?: SeverityNumber;
  readonly timestamp?: LogRecord['timestamp'];
  readonly exception?: unknown;
  readonly context?: Context;
}

/**
 * A logger with a method for each level. The body may be of any shape; an error as the body is also the exception, with
 * its message as the body.
 */
export interface LevelLogger {
  /** The logger behind it. */
  readonly logger: Logger;
  trace(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  debug(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  info(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  warn(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  error(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  fatal(body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  /** A record of any severity, for the steps between the levels. */
  log(severityNumber: SeverityNumber, body: unknown, attributes?: LazyAttributes, exception?: unknown): void;
  /** An event of a kind, see {@link defineEvent}, or by name alone. */
  event<A extends Attributes>(
    event: LogEvent<A> | string,
    attributes?: LazyAttributes<A>,
    details?: LogEventDetails,
  ): void;
  /** As {@link Logger.enabled}. Asking is optional; the answer may change at any time, so don't keep it. */
  enabled(options?: LoggerEnabledOptions): boolean;
}

/**
 * A logger with a method for each level, around a logger of this package or of any implementation of the official API.
 * @example
 * const log = levelLogger(logs.getLogger('shop'));
 * log.info('order placed', { 'order.id': 'A-1' });
 * log.error('payment failed', { 'order.id': 'A-1' }, error);
 */
export function levelLogger(logger: LoggerLike): LevelLogger {
  try {
    return new LevelLoggerImpl(completeLogger(logger));
  } catch {
    diag.error('levelLogger takes a logger; what it was given cannot be read, and nothing is logged');
    return new LevelLoggerImpl(NOOP_LOGGER);
  }
}

class LevelLoggerImpl implements LevelLogger {
  readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  trace(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.TRACE, body, attributes, exception);
  }

  debug(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.DEBUG, body, attributes, exception);
  }

  info(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.INFO, body, attributes, exception);
  }

  warn(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.WARN, body, attributes, exception);
  }

  error(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.ERROR, body, attributes, exception);
  }

  fatal(body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    this.log(SeverityNumber.FATAL, body, attributes, exception);
  }

  log(severityNumber: SeverityNumber, body: unknown, attributes?: LazyAttributes, exception?: unknown): void {
    if (typeof attributes === 'function' && !this.logger.enabled({ severityNumber })) return;
    const isError = exception === undefined && isErrorLike(body);
    this.logger.emit({
      severityNumber,
      body: isError ? messageOf(body) : body,
      attributes: made(attributes),
      exception: isError ? body : exception,
    } as LogRecord);
  }

  event<A extends Attributes>(
    event: LogEvent<A> | string,
    attributes?: LazyAttributes<A>,
    details: LogEventDetails = {},
  ): void {
    try {
      this.#emitEvent(event, attributes, details);
    } catch (error) {
      diag.error('An event was left out: it could not be read', error);
    }
  }

  #emitEvent<A extends Attributes>(
    event: LogEvent<A> | string,
    attributes: LazyAttributes<A> | undefined,
    details: LogEventDetails,
  ): void {
    const kind: LogEvent = typeof event === 'string' ? { name: event } : event;
    const severityNumber = details.severityNumber ?? kind.severityNumber;
    const question = { eventName: kind.name, severityNumber, context: details.context };
    if (typeof attributes === 'function' && !this.logger.enabled(question as LoggerEnabledOptions)) return;
    this.logger.emit({
      ...details,
      body: details.body ?? kind.body,
      severityNumber,
      eventName: kind.name,
      attributes: made(attributes),
    } as LogRecord);
  }

  enabled(options?: LoggerEnabledOptions): boolean {
    return this.logger.enabled(options);
  }
}

function isErrorLike(body: unknown): body is Error {
  try {
    return body instanceof Error;
  } catch {
    return false;
  }
}

function messageOf(error: Error): unknown {
  try {
    return error.message;
  } catch {
    return undefined;
  }
}

/** A function that throws is said, and the record goes without attributes. */
function made(attributes: LazyAttributes | undefined): Attributes | undefined {
  if (typeof attributes !== 'function') return attributes;
  try {
    return attributes();
  } catch (error) {
    diag.warn('The attributes of a log record are left out: the function that makes them threw', error);
    return undefined;
  }
}
