/** A bridge for a logging library that this package does not know: called by a transport, a stream or a hook of the user's. */
import type { Attributes } from '../../api/common/attributes.ts';
import type { Context } from '../../api/context/context.ts';
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import { exceptionAttributes } from '../../api/trace/exception.ts';
import type { LogBridgeConfig } from './config.ts';
import { LogSender } from './log-sender.ts';
import { severityOfName, severityOfNumber } from './severity.ts';
import { TraceFields } from './trace-fields.ts';

/** What {@link createLogBridge} is told. */
export interface LogBridgeOptions extends Omit<LogBridgeConfig, 'enabled'> {
  /** The library, which becomes the instrumentation scope. */
  readonly name: string;
  readonly version?: string;
  /** The library's own levels, where their names are not the usual ones. */
  readonly levels?: Readonly<Record<string, SeverityNumber>>;
}

/** One line that a library has written. */
export interface LogLine {
  /** The level's name, or its number as pino and bunyan have it (30 is info). */
  readonly level?: string | number;
  readonly message?: unknown;
  /** Fields of the line, as the library writes them: what it leaves out or redacts is not here. */
  readonly fields?: Attributes;
  /** Becomes the attributes `exception.*`, over which `fields` win. */
  readonly error?: unknown;
  readonly time?: number | Date;
  /** Default the active Context. */
  readonly context?: Context;
}

/** A bridge between one logging library and the logs API. */
export interface LogBridge {
  /** Whether a record of this level would be kept; ask each time. */
  enabled(level?: string | number): boolean;
  /** Sends what the library has written. Never throws. */
  send(line: LogLine): void;
  /** The fields that link the library's own output to the active span; empty outside any. */
  traceFields(): Record<string, unknown>;
}

/**
 * A bridge for any other logging library.
 * @example
 * const bridge = createLogBridge({ name: 'my-logger' });
 * myLogger.onLine((line) => bridge.send({ level: line.level, message: line.text, fields: line.fields }));
 */
export function createLogBridge(options: LogBridgeOptions): LogBridge {
  const sender = new LogSender(options.name, options.version ?? '', options);
  const fields = new TraceFields(options);
  const severityOf = (level: string | number | undefined): SeverityNumber => {
    if (typeof level === 'number') return severityOfNumber(level);
    return options.levels?.[level ?? ''] ?? severityOfName(level);
  };
  return {
    enabled: (level) => sender.wants(severityOf(level)),
    traceFields: () => fields.active() ?? {},
    send: ({ level, message, fields: given, error, time, context }) => {
      const severityNumber = severityOf(level);
      if (!sender.wants(severityNumber)) return;
      sender.send({
        timestamp: time === undefined ? undefined : Number(time),
        severityNumber,
        severityText: level === undefined ? undefined : String(level),
        body: message,
        attributes: error === undefined ? given : { ...exceptionAttributes(error), ...given },
        context,
      });
    },
  };
}
