/** EventToSpanEventBridge: events of the logs signal as events of the span they belong to (logs/sdk.md#event-to-span-event-bridge). */
import type { Context } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import type { Span } from '../../api/trace/span.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';
import { LogRecordImpl } from './log-record.ts';
import type { LogRecordProcessor } from './processor.ts';
import type { ReadWriteLogRecord } from './readable-log-record.ts';

/**
 * For backends that show events on spans only: adds each event (a log record with an event name) to the current span, if
 * that span is the one of the record and is recording. The record goes on to the other processors as it is. Register it
 * before them.
 */
export class EventToSpanEventBridge implements LogRecordProcessor {
  onEmit(logRecord: ReadWriteLogRecord, context?: Context): void {
    const { eventName } = logRecord;
    if (eventName === undefined || eventName === '') return;
    const span = getSpan(context ?? activeContext());
    if (span === undefined || !isSpanOf(span, logRecord) || !span.isRecording()) return;
    // A copy: whoever changes the record after us does not mean the span.
    span.addEvent(eventName, { ...logRecord.attributes }, timeOf(logRecord));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** By valid ids: a record is linked to a span only if they are. */
function isSpanOf(span: Span, { spanContext }: ReadWriteLogRecord): boolean {
  if (spanContext === undefined || spanContext === null) return false;
  const { traceId, spanId } = span.spanContext();
  return spanContext.traceId === traceId && spanContext.spanId === spanId;
}

/** When it happened, or when it was noticed if nobody said. */
function timeOf(logRecord: ReadWriteLogRecord): ReadWriteLogRecord['hrTime'] {
  // In the public shape both are always there.
  return logRecord instanceof LogRecordImpl
    ? (logRecord.timestamp ?? logRecord.hrTimeObserved)
    : (logRecord.hrTime ?? logRecord.hrTimeObserved);
}
