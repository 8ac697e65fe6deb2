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
import { LogRecordImpl } from './log-record.ts';
import type { LoggerConfig } from './logger-configurator.ts';
import type { LoggerSettings } from './logger-settings.ts';

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
    try {
      const context = logRecord.context ?? activeContext();
      const spanContext = spanContextIn(context);
      if (!passes(config, logRecord.severityNumber, spanContext)) return;
      const record = new LogRecordImpl(this, logRecord, spanContext, settings.clock.now());
      settings.processor.onEmit(record, context);
      record.isReadonly = true;
    } catch (error) {
      report('error', 'log_record_unreadable', 'A log record was left out: it could not be read', error);
    }
  }

  /** Under 5 ns where the answer is no: nothing is built to ask a processor that nobody has to ask. */
  enabled(options?: LoggerEnabledOptions): boolean {
    const { settings, config } = this;
    if (settings.isShutdown || !settings.hasProcessors || !config.enabled) return false;
    const severityNumber = options?.severityNumber;
    if (severityNumber !== undefined && severityNumber > 0 && severityNumber < config.minimumSeverity)
      return false;
    if (!config.traceBased && settings.processor.enabled === undefined) return true;
    const context = options?.context ?? activeContext();
    if (!passes(config, severityNumber, spanContextIn(context))) return false;
    return (
      settings.processor.enabled?.({
        context,
        instrumentationScope: this.scope,
        ...(severityNumber === undefined ? undefined : { severityNumber }),
        ...(options?.eventName === undefined ? undefined : { eventName: options.eventName }),
      }) ?? true
    );
  }
}

// The mark by which the API knows that it has all methods and never throws.
Object.defineProperty(LoggerImpl.prototype, NATIVE, { value: true });

/** The filters of the logger's configuration, in the order of logs/sdk.md#loggerconfig. */
function passes(
  config: Required<LoggerConfig>,
  severityNumber: number | undefined,
  spanContext: SpanContext | undefined,
): boolean {
  if (severityNumber !== undefined && severityNumber > 0 && severityNumber < config.minimumSeverity)
    return false;
  return (
    !config.traceBased || spanContext === undefined || (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0
  );
}

function spanContextIn(context: Context): SpanContext | undefined {
  const spanContext = getSpanContext(context);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}
