/** FilterLogRecordProcessor: keeps the log records that a function wants, and hands them to another processor. */
import type { Context } from '../../api/context/context.ts';
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { declareFlushing, shutDownStage } from '../pipeline/fan-out.ts';
import { Filter } from '../pipeline/filter.ts';
import type { LogRecordProcessor, LogRecordQuestion } from './processor.ts';
import type { ReadWriteLogRecord } from './readable-log-record.ts';

/** What a FilterLogRecordProcessor needs: whom to pass records on to, and which. */
export interface FilterLogRecordProcessorOptions {
  /** Gets the records that are kept. */
  readonly processor: LogRecordProcessor;
  /** Asked for every record. False drops it. */
  readonly keep: (logRecord: ReadWriteLogRecord) => boolean;
}

/** Drops log records by a rule. What is dropped is counted. */
export class FilterLogRecordProcessor implements LogRecordProcessor {
  readonly #processor: LogRecordProcessor;
  readonly #filter: Filter<ReadWriteLogRecord>;

  /** @throws TypeError for a processor without its methods, or a `keep` that is no function */
  constructor({ processor, keep }: FilterLogRecordProcessorOptions) {
    this.#filter = new Filter(
      'FilterLogRecordProcessor',
      processor,
      ['onEmit', 'forceFlush', 'shutdown'],
      keep,
    );
    this.#processor = processor;
  }

  /** Records that were not kept. */
  get droppedCount(): number {
    return this.#filter.dropped;
  }

  onEmit(logRecord: ReadWriteLogRecord, context?: Context): void {
    if (this.#filter.passes(logRecord)) this.#processor.onEmit(logRecord, context);
  }

  /** What the processor behind it answers: whether a record is kept is known only when it is there. */
  enabled(question: LogRecordQuestion): boolean {
    return this.#processor.enabled?.(question) ?? true;
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#processor.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return shutDownStage(this.#processor, options);
  }
}

declareFlushing(FilterLogRecordProcessor);
