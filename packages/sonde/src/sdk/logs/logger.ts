/** Takes log records for one instrumentation scope: filters them, completes them, hands them on (logs/sdk.md#emit-a-logrecord). */
import type { Context } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import type { Logger, LoggerEnabledOptions, LogRecord } from '../../api/logs/logger.ts';
import { NATIVE } from '../../api/native.ts';
import { isSpanContextValid, type SpanContext } from '../../api/trace/span-context.ts';
import { getSpanContext } from '../../api/trace/span-in-context.ts';
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import { report } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { isOwnWork } from '../common/suppress-tracing.ts';
import { LogRecordImpl } from './log-record.ts';
import type { LoggerConfig } from './logger-configurator.ts';
import type { LoggerSettings } from './logger-settings.ts';

/** A processor may make a record about the one it has; a record about that one again is the beginning of a loop. */
const MAX_DEPTH = 2;

export class LoggerImpl implements Logger {
  readonly scope: InstrumentationScope;
  readonly settings: LoggerSettings;
  readonly resource: Resource;
  config: Required<LoggerConfig>;

  constructor(scope: InstrumentationScope, settings: LoggerSettings, config: Required<LoggerConfig>) {
    this.scope = scope;
    this.settings = settings;
    this.resource = settings.resource;
    this.config = config;
  }

  emit(logRecord: LogRecord): void {
    const { settings, config } = this;
    if (settings.isShutdown || !settings.hasProcessors || !config.enabled) return;
    settings.counts.created++;
    try {
      const context = logRecord.context ?? activeContext();
      const spanContext = spanContextIn(context);
      if (!passes(config, logRecord.severityNumber, spanContext)) return;
      if (settings.depth >= MAX_DEPTH || isOwnWork(context)) {
        reportLoop(this.scope.name);
        return;
      }
      const record = new LogRecordImpl(this, logRecord, spanContext, settings.clock.now());
      handOver(settings, record, context);
    } catch (error) {
      report('error', 'log_record_unreadable', 'A log record was left out: it could not be read', error);
    }
  }

  /** Under 5 ns where the answer is no: nothing is built to ask a processor that nobody has to ask. */
  enabled(options?: LoggerEnabledOptions): boolean {
    const { settings, config } = this;
    if (settings.isShutdown || !settings.hasProcessors || !config.enabled) return false;
    try {
      return wants(this, options);
    } catch (error) {
      report('error', 'log_question_unreadable', 'A question to a logger could not be read', error);
      return true;
    }
  }
}

// The mark by which the API knows that it has all methods and never throws.
Object.defineProperty(LoggerImpl.prototype, NATIVE, { value: true });

function wants(logger: LoggerImpl, options: LoggerEnabledOptions | undefined): boolean {
  const { settings, config, scope } = logger;
  const severityNumber = options?.severityNumber;
  if (isTooLow(config, severityNumber)) return false;
  if (!config.traceBased && settings.processor.enabled === undefined) return true;
  const context = options?.context ?? activeContext();
  if (!passes(config, severityNumber, spanContextIn(context))) return false;
  const question = {
    context,
    instrumentationScope: scope,
    ...(severityNumber === undefined ? undefined : { severityNumber }),
    ...(options?.eventName === undefined ? undefined : { eventName: options.eventName }),
  };
  return settings.processor.enabled?.(question) ?? true;
}

function handOver(settings: LoggerSettings, record: LogRecordImpl, context: Context): void {
  settings.depth++;
  try {
    settings.processor.onEmit(record, context);
  } finally {
    settings.depth--;
    record.isReadonly = true;
  }
}

function reportLoop(scope: string): void {
  report(
    'warn',
    'log_record_loop',
    `A log record of "${scope}" was left out: it was made while log records were processed or exported`,
  );
}

/** The filters of the logger's configuration, in the order of logs/sdk.md#loggerconfig. */
function passes(
  config: Required<LoggerConfig>,
  severityNumber: number | undefined,
  spanContext: SpanContext | undefined,
): boolean {
  if (isTooLow(config, severityNumber)) return false;
  return (
    !config.traceBased || spanContext === undefined || (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0
  );
}

/** The type is asked for first: to compare an object is to call its methods. */
function isTooLow(config: Required<LoggerConfig>, severityNumber: number | undefined): boolean {
  return typeof severityNumber === 'number' && severityNumber > 0 && severityNumber < config.minimumSeverity;
}

/** The ids of the last span that was found valid: a request logs more than once, and to read 48 digits takes 60 ns. */
let validTraceId = '';
let validSpanId = '';

function spanContextIn(context: Context): SpanContext | undefined {
  const spanContext = getSpanContext(context);
  if (spanContext === undefined) return undefined;
  try {
    const { traceId, spanId } = spanContext;
    if (traceId === validTraceId && spanId === validSpanId) return spanContext;
    if (!isSpanContextValid(spanContext)) return undefined;
    validTraceId = traceId;
    validSpanId = spanId;
    return spanContext;
  } catch {
    return undefined;
  }
}
