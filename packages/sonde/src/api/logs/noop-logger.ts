/** The logger when there is no SDK. */
import type { Logger } from './logger.ts';

class NoopLogger implements Logger {
  emit(): void {}

  enabled(): boolean {
    return false;
  }
}

export const NOOP_LOGGER: Logger = new NoopLogger();

/** A logger that takes everything and does nothing. */
export function createNoopLogger(): Logger {
  return NOOP_LOGGER;
}
