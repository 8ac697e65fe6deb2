/** LogRecordProcessor: the stage between a logger and an exporter (specification: logs/sdk.md#logrecordprocessor). */
import type { Context } from '../../api/context/context.ts';
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { FanOut, isContained } from '../pipeline/fan-out.ts';
import type { ReadWriteLogRecord } from './readable-log-record.ts';

/** What a processor is told when it is asked whether it wants a record. */
export interface LogRecordQuestion {
  readonly context: Context;
  readonly instrumentationScope: InstrumentationScope;
  readonly severityNumber?: SeverityNumber;
  readonly eventName?: string;
}

/**
 * Called synchronously for every log record, in the order of registration. What a processor throws is caught and
 * reported, and the others still run.
 */
export interface LogRecordProcessor {
  /** The record may be written to until the last processor has seen it. */
  onEmit(logRecord: ReadWriteLogRecord, context?: Context): void;
  /**
   * False when the processor would throw such a record away. It answers `Logger.enabled`; a record that is emitted all
   * the same still reaches `onEmit`.
   */
  enabled?(question: LogRecordQuestion): boolean;
  /** Settles when every record emitted before the call has been exported or given up; rejects when some were lost. */
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  /** Flushes, then stops for good. Called once; later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void>;
}

const RECORD_METHODS = ['onEmit', 'enabled'] as const;

/** Calls several processors, or one that may throw. */
class LogRecordFanOut extends FanOut<LogRecordProcessor> implements LogRecordProcessor {
  onEmit(logRecord: ReadWriteLogRecord, context?: Context): void {
    for (const processor of this.stages) {
      try {
        const returned: unknown = processor.onEmit(logRecord, context);
        if (returned !== undefined) this.watch(processor, 'onEmit', returned);
      } catch (error) {
        this.contain(processor, 'onEmit', error);
      }
    }
  }

  /** True as soon as one wants it; one that cannot be asked does. */
  enabled(question: LogRecordQuestion): boolean {
    for (const processor of this.stages) {
      if (typeof processor.enabled !== 'function') return true;
      try {
        if (processor.enabled(question) !== false) return true;
      } catch (error) {
        this.contain(processor, 'enabled', error);
        return true;
      }
    }
    return false;
  }
}

/**
 * One processor in the place of all: it never throws, whatever they do. A single processor of ours is returned as it
 * is, so that the usual pipeline pays for no fan-out.
 */
export function combineLogRecordProcessors(processors: readonly LogRecordProcessor[]): LogRecordProcessor {
  const [only] = processors;
  if (only !== undefined && processors.length === 1 && isContained(only, RECORD_METHODS)) return only;
  return new LogRecordFanOut(processors);
}
