/**
 * The entry to the logs signal: owns the configuration that its loggers share, the loggers by their identity, and the
 * life of its processors. See logs/sdk.md#loggerprovider.
 */
import type { LoggerProvider as ApiLoggerProvider, Logger, LoggerOptions } from '../../api/logs/logger.ts';
import { NOOP_LOGGER } from '../../api/logs/noop-logger.ts';
import type { MeterProvider } from '../../api/metrics/meter.ts';
import { NATIVE } from '../../api/native.ts';
import { Clock } from '../common/clock.ts';
import { resourceForProvider } from '../common/default-resource.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { reportMisspelt } from '../common/option-names.ts';
import type { Resource } from '../common/resource.ts';
import { checkedConfigurator, configOf } from '../common/scope-configurator.ts';
import { ScopeRegistry } from '../common/scope-registry.ts';
import { selfMetrics } from '../common/self-metrics.ts';
import { Lifecycle } from '../pipeline/lifecycle.ts';
import { requireParts } from '../pipeline/options.ts';
import { type LogRecordLimits, resolveLogRecordLimits } from './limits.ts';
import { LoggerImpl } from './logger.ts';
import { completeLoggerConfig, type LoggerConfigurator } from './logger-configurator.ts';
import { LoggerSettings } from './logger-settings.ts';
import type { LogRecordProcessor } from './processor.ts';
import { logCounts } from './self-metrics.ts';

/** What a LoggerProvider can be given. */
export interface LoggerProviderOptions {
  /** Merged over the default resource and `OTEL_RESOURCE_ATTRIBUTES`: what is given here wins. */
  readonly resource?: Resource | undefined;
  readonly logRecordLimits?: LogRecordLimits | undefined;
  /** In the order in which they are to be called. */
  readonly processors?: readonly LogRecordProcessor[] | undefined;
  /** Sets severity, trace filter and on or off per logger. Default: everything passes. */
  readonly loggerConfigurator?: LoggerConfigurator | undefined;
  /** Where the SDK records metrics about itself. Default the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const OPTIONS: readonly (keyof LoggerProviderOptions)[] = [
  'resource',
  'logRecordLimits',
  'processors',
  'loggerConfigurator',
  'meterProvider',
];

/**
 * Gives out loggers whose records go to the given processors. After shutdown its loggers do nothing. JavaScript runs
 * one call at a time: nothing here needs a lock.
 */
export class LoggerProvider implements ApiLoggerProvider {
  readonly #settings: LoggerSettings;
  readonly #loggers: ScopeRegistry<LoggerImpl>;
  readonly #lifecycle: Lifecycle;
  #processors: readonly LogRecordProcessor[];
  #configurator: LoggerConfigurator | undefined;

  /** @throws TypeError naming the option, what was given and what is allowed */
  constructor(options: LoggerProviderOptions = {}) {
    reportMisspelt('LoggerProvider', options, OPTIONS);
    this.#processors = checkedProcessors(options.processors ?? []);
    this.#configurator = checkedConfigurator('loggerConfigurator', options.loggerConfigurator);
    this.#settings = new LoggerSettings(
      resourceForProvider(options.resource),
      resolveLogRecordLimits(options.logRecordLimits),
      new Clock(),
      logCounts(selfMetrics(options.meterProvider)),
      this.#processors,
    );
    this.#loggers = new ScopeRegistry(
      'logger',
      (scope) =>
        new LoggerImpl(
          scope,
          this.#settings,
          completeLoggerConfig(configOf('logger', this.#configurator, scope)),
        ),
    );
    this.#lifecycle = new Lifecycle({
      what: 'LoggerProvider',
      stopTaking: () => {
        this.#settings.isShutdown = true;
      },
      flush: (timeoutMillis) => this.#settings.processor.forceFlush({ timeoutMillis }),
      // A processor's shutdown flushes, and only it tells its exporter that nothing comes after.
      closeFlushes: true,
      close: (timeoutMillis) => this.#settings.processor.shutdown({ timeoutMillis }),
    });
  }

  /** The resource that all records of this provider carry. */
  get resource(): Resource {
    return this.#settings.resource;
  }

  /** The logger for an instrumentation scope; all four parameters are its identity. After shutdown it does nothing. */
  getLogger(name: string, version?: string, options?: LoggerOptions): Logger {
    return this.#settings.isShutdown ? NOOP_LOGGER : this.#loggers.get(name, version, options);
  }

  /** Adds a processor behind those there are, for all loggers. */
  addLogRecordProcessor(processor: LogRecordProcessor): void {
    this.#processors = checkedProcessors([...this.#processors, processor]);
    this.#settings.setProcessors(this.#processors);
  }

  /**
   * Replaces the configurator; loggers that exist take their new configuration at once.
   * @throws TypeError for something that is no function
   */
  setLoggerConfigurator(configurator: LoggerConfigurator): void {
    this.#configurator = checkedConfigurator('loggerConfigurator', configurator);
    for (const logger of this.#loggers.values())
      logger.config = completeLoggerConfig(configOf('logger', configurator, logger.scope));
  }

  /** Settles when everything emitted before the call is exported; rejects, after at most 30 s by default, with what failed. */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  /** Flushes, then shuts every processor down. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }
}

// The mark by which the API knows that it has all methods and never throws.
Object.defineProperty(LoggerProvider.prototype, NATIVE, { value: true });

function checkedProcessors(processors: readonly LogRecordProcessor[]): readonly LogRecordProcessor[] {
  return requireParts('LoggerProvider', 'processors', processors, ['onEmit']);
}
