/** Which loggers record what: a configuration per logger, by the name of its scope (logs/sdk.md#loggerconfigurator). */
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import { firstMatch, type ScopeConfigurator, type ScopePattern } from '../common/scope-configurator.ts';

/** What can be set for one logger. */
export interface LoggerConfig {
  /** False makes the logger one that does nothing. Default true. */
  readonly enabled?: boolean;
  /** Records with a lower severity are dropped; those without one pass. Default 0: all pass. */
  readonly minimumSeverity?: SeverityNumber;
  /** Drops records made in a span that is not sampled. Default false. */
  readonly traceBased?: boolean;
}

/** Gives each logger its configuration, when it is made and when the provider's configurator is replaced. */
export type LoggerConfigurator = ScopeConfigurator<LoggerConfig>;

/** Loggers by name and what is set for them. */
export type LoggerPattern = ScopePattern<LoggerConfig>;

export const DEFAULT_LOGGER_CONFIG: Required<LoggerConfig> = {
  enabled: true,
  minimumSeverity: 0,
  traceBased: false,
};

/** What a configurator left out, or left undefined, has its default. */
export function completeLoggerConfig(config: LoggerConfig | undefined): Required<LoggerConfig> {
  return {
    enabled: config?.enabled ?? DEFAULT_LOGGER_CONFIG.enabled,
    minimumSeverity: config?.minimumSeverity ?? DEFAULT_LOGGER_CONFIG.minimumSeverity,
    traceBased: config?.traceBased ?? DEFAULT_LOGGER_CONFIG.traceBased,
  };
}

/** A configurator that takes the first pattern that matches the logger's name. */
export function createLoggerConfigurator(patterns: readonly LoggerPattern[]): LoggerConfigurator {
  const find = firstMatch(patterns);
  return (scope) => completeLoggerConfig(find(scope));
}
