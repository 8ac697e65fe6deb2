/** The logger that can be had before an SDK starts and comes alive when it does. */
import { Late } from '../late.ts';
import type { Logger, LoggerEnabledOptions, LogRecord } from './logger.ts';
import { NOOP_LOGGER } from './noop-logger.ts';

export class ProxyLogger extends Late<Logger> implements Logger {
  readonly find: () => Logger | undefined;

  constructor(find: () => Logger | undefined) {
    super(NOOP_LOGGER, true);
    this.find = find;
  }

  emit(logRecord: LogRecord): void {
    this.real().emit(logRecord);
  }

  enabled(options?: LoggerEnabledOptions): boolean {
    return this.real().enabled(options);
  }
}
