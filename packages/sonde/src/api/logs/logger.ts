/** Logger, LoggerProvider and the record that a logger takes. */
import type { AnyValue, Attributes } from '../common/attributes.ts';
import type { TimeInput } from '../common/time.ts';
import type { Context } from '../context/context.ts';
import type { SeverityNumber } from './severity-number.ts';

/**
 * One log record, or an event when it has an `eventName`. Every field may be left out.
 * @see https://opentelemetry.io/docs/specs/otel/logs/api/#emit-a-logrecord
 */
export interface LogRecord {
  /** Makes the record an event of this kind. */
  eventName?: string;
  /** When it happened. */
  timestamp?: TimeInput;
  /** When it was noticed; the SDK's clock when absent. */
  observedTimestamp?: TimeInput;
  severityNumber?: SeverityNumber;
  /** The severity as the logging library calls it. */
  severityText?: string;
  /** The message, of any shape: text, a map, an array, bytes. */
  body?: AnyValue;
  attributes?: Attributes;
  /** What was thrown; becomes the attributes `exception.*`, over which `attributes` win. */
  exception?: unknown;
  /** Links the record to the span in it; the active context when absent. */
  context?: Context;
}

/** What `Logger.enabled` may be told. */
export interface LoggerEnabledOptions {
  context?: Context;
  severityNumber?: SeverityNumber;
  eventName?: string;
}

/** Takes log records for one instrumentation scope. */
export interface Logger {
  /** Hands a record over. Never throws, never waits. */
  emit(logRecord: LogRecord): void;
  /**
   * False when a record like this would be thrown away, so that costly preparation can be left out. Asking is optional.
   * The answer may change at any time: ask each time, don't keep it.
   */
  enabled(options?: LoggerEnabledOptions): boolean;
}

/** What can be said about the library that a logger is for, besides its name and version. */
export interface LoggerOptions {
  /** The schema that the telemetry of this scope follows. */
  schemaUrl?: string;
  /** Attributes of the instrumentation scope. Part of the logger's identity. */
  attributes?: Attributes;
}

/** Gives loggers out. */
export interface LoggerProvider {
  /** The logger for an instrumentation scope. All four parameters are its identity. */
  getLogger(name: string, version?: string, options?: LoggerOptions): Logger;
}

/** A logger of any version of the official API: those before 1.10 may lack `enabled`. */
export interface LoggerLike {
  emit(logRecord: LogRecord): void;
  enabled?(options?: LoggerEnabledOptions): boolean;
}

/** A provider of this package or of any implementation of the official API: what our functions accept. */
export interface LoggerProviderLike {
  getLogger(name: string, version?: string, options?: LoggerOptions): LoggerLike;
}
