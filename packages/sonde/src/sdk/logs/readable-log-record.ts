/**
 * The public shapes of a log record: what processors write and exporters read, ours and those written for the official
 * SDK, whose interfaces these are.
 */
import type { AnyValue, Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import type { SpanContext } from '../../api/trace/span-context.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';

/** A log record as exporters see it (logs/sdk.md#readablelogrecord). */
export interface ReadableLogRecord {
  /** When it happened; when it was observed, if nobody said. */
  readonly hrTime: HrTime;
  /** When it was noticed. */
  readonly hrTimeObserved: HrTime;
  /** The span in whose context it was made. */
  readonly spanContext?: SpanContext;
  readonly severityText?: string;
  readonly severityNumber?: SeverityNumber;
  readonly body?: AnyValue;
  /** Set on events. */
  readonly eventName?: string;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  /** One plain object for the life of the record: changes made to it are exported. */
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/**
 * A log record as processors see it, until the last of them has seen it (logs/sdk.md#readwritelogrecord). Every field
 * may be assigned; what a processor changes, later processors and the exporter see.
 */
export interface ReadWriteLogRecord {
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  spanContext?: SpanContext;
  severityText?: string;
  severityNumber?: SeverityNumber;
  body?: AnyValue;
  eventName?: string;
  droppedAttributesCount: number;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly attributes: Attributes;
  setAttribute(key: string, value?: AnyValue): ReadWriteLogRecord;
  setAttributes(attributes: Attributes): ReadWriteLogRecord;
  setBody(body: AnyValue): ReadWriteLogRecord;
  setEventName(eventName: string): ReadWriteLogRecord;
  setSeverityNumber(severityNumber: SeverityNumber): ReadWriteLogRecord;
  setSeverityText(severityText: string): ReadWriteLogRecord;
  /** Removes one attribute. */
  removeAttribute(key: string): ReadWriteLogRecord;
  /** A record of its own with the same content, which may be written to at any time. Nothing is shared. */
  clone(): ReadWriteLogRecord;
}
