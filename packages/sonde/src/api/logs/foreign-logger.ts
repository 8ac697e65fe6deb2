/** Makes loggers of other implementations look like ours: those before API 1.10 lack `enabled`, any may throw. */
import { diag } from '../diag/diag.ts';
import { isNative } from '../native.ts';
import type { Logger, LoggerEnabledOptions, LoggerLike, LogRecord } from './logger.ts';

/** A logger of ours is taken as it is, any other is wrapped. */
export function completeLogger(logger: LoggerLike): Logger {
  return isNative(logger) ? (logger as Logger) : new ForeignLogger(logger);
}

class ForeignLogger implements Logger {
  private readonly logger: LoggerLike;

  constructor(logger: LoggerLike) {
    this.logger = logger;
  }

  emit(logRecord: LogRecord): void {
    try {
      this.logger.emit(logRecord);
    } catch (error) {
      diag.error('The registered logger threw; a log record is lost', error);
    }
  }

  enabled(options?: LoggerEnabledOptions): boolean {
    try {
      return this.logger.enabled?.(options) ?? true;
    } catch {
      return true;
    }
  }
}
