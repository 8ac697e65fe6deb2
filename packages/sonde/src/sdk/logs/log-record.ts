/**
 * A log record: compact until somebody reads its public shape, as a span is (docs/design/traces.md). It can be written
 * to until the last processor has seen it. No field is `#private`, for the reason given in sdk/traces/local-span.ts.
 */
import type { AnyValue, Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { LogRecord } from '../../api/logs/logger.ts';
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import { exceptionAttributes } from '../../api/trace/exception.ts';
import { isSpanContextValid, type SpanContext } from '../../api/trace/span-context.ts';
import { shown } from '../../internal/shown.ts';
import { copyAttributeValue, INVALID_VALUE } from '../common/attribute-value.ts';
import { type AttributeLimits, AttributeList } from '../common/attributes.ts';
import { type ClockAnchor, hrTimeFromInput, ticksToHrTime } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { textOf } from '../common/text.ts';
import type { LoggerSettings } from './logger-settings.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from './readable-log-record.ts';

/** The body is exempt from the limits of attributes; cycles and graphs without end are cut all the same. */
const BODY_LIMITS: AttributeLimits = {
  attributeCountLimit: Infinity,
  attributeValueLengthLimit: Infinity,
  attributeValueDepthLimit: Infinity,
};

/** Who made a record: shared by all records of one logger. */
export interface LogOrigin {
  readonly scope: InstrumentationScope;
  readonly resource: Resource;
  readonly settings: LoggerSettings;
}

export class LogRecordImpl implements ReadWriteLogRecord, ReadableLogRecord {
  /** @internal */
  readonly origin: LogOrigin;
  /** @internal */
  readonly anchor: ClockAnchor;
  /** @internal When it happened; undefined when nobody said. */
  timestamp: HrTime | undefined;
  /** @internal */
  readonly observedTicks: number;
  /** @internal A time of observation that the caller gave. */
  exactObserved: HrTime | undefined;
  /** @internal */
  link: SpanContext | undefined;
  /** @internal */
  severity: SeverityNumber | undefined;
  /** @internal */
  text: string | undefined;
  /** @internal */
  event: string | undefined;
  /** @internal */
  content: AnyValue;
  /** @internal */
  readonly attributeList: AttributeList;
  /** @internal True once the last processor has seen it. */
  isReadonly: boolean;

  constructor(origin: LogOrigin, record: LogRecord, link: SpanContext | undefined, observedTicks: number) {
    this.origin = origin;
    this.anchor = origin.settings.clock.anchor;
    this.timestamp = record.timestamp === undefined ? undefined : exactTimeOf(record.timestamp);
    this.observedTicks = observedTicks;
    this.exactObserved =
      record.observedTimestamp === undefined ? undefined : exactTimeOf(record.observedTimestamp);
    this.link = link;
    this.severity = severityOf(record.severityNumber);
    this.text = optionalText(record.severityText);
    this.event = optionalText(record.eventName);
    this.content = typeof record.body === 'string' ? record.body : bodyOf(record.body);
    this.attributeList = new AttributeList();
    this.isReadonly = false;
    const { limits } = origin.settings;
    // What the caller says wins over what is generated, also where the limit leaves no room for both:
    // logs/sdk.md#emit-a-logrecord.
    if (record.attributes !== undefined) this.attributeList.setAll(record.attributes, limits);
    if (record.exception !== undefined) addMissing(this.attributeList, record.exception, limits);
  }

  get resource(): Resource {
    return this.origin.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.origin.scope;
  }

  get hrTime(): HrTime {
    return this.timestamp ?? this.hrTimeObserved;
  }

  set hrTime(time: HrTime) {
    if (canWrite(this)) this.timestamp = exactTimeOf(time);
  }

  get hrTimeObserved(): HrTime {
    return this.exactObserved ?? ticksToHrTime(this.anchor, this.observedTicks);
  }

  set hrTimeObserved(time: HrTime) {
    if (canWrite(this)) this.exactObserved = exactTimeOf(time);
  }

  /** Undefined outside any span: the interface has it optional, which an accessor cannot say. So with those below. */
  get spanContext(): SpanContext {
    return this.link as SpanContext;
  }

  set spanContext(context: SpanContext) {
    if (canWrite(this)) this.link = linkOf(context);
  }

  get severityNumber(): SeverityNumber {
    return this.severity as SeverityNumber;
  }

  set severityNumber(severityNumber: SeverityNumber) {
    if (canWrite(this)) this.severity = severityOf(severityNumber);
  }

  get severityText(): string {
    return this.text as string;
  }

  set severityText(severityText: string) {
    if (canWrite(this)) this.text = optionalText(severityText);
  }

  get eventName(): string {
    return this.event as string;
  }

  set eventName(eventName: string) {
    if (canWrite(this)) this.event = optionalText(eventName);
  }

  get body(): AnyValue {
    return this.content;
  }

  set body(body: AnyValue) {
    if (canWrite(this)) this.content = bodyOf(body);
  }

  /** The live object: deleting a key of it removes the attribute. */
  get attributes(): Attributes {
    return this.attributeList.toObject();
  }

  get droppedAttributesCount(): number {
    return this.attributeList.dropped;
  }

  set droppedAttributesCount(count: number) {
    if (canWrite(this) && Number.isSafeInteger(count) && count >= 0) this.attributeList.dropped = count;
  }

  setAttribute(key: string, value?: AnyValue): this {
    if (canWrite(this)) this.attributeList.set(key, value, this.origin.settings.limits);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (canWrite(this)) this.attributeList.setAll(attributes, this.origin.settings.limits);
    return this;
  }

  /** Removes one attribute. */
  removeAttribute(key: string): this {
    if (canWrite(this)) delete this.attributes[key];
    return this;
  }

  setBody(body: AnyValue): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: SeverityNumber): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }

  /** A record of its own with the same content, which can be written to (logs/sdk.md#readwritelogrecord). */
  clone(): LogRecordImpl {
    const copy = new LogRecordImpl(this.origin, { body: this.content }, this.link, this.observedTicks);
    copy.timestamp = this.timestamp && [...this.timestamp];
    copy.exactObserved = [...this.hrTimeObserved];
    copy.severity = this.severity;
    copy.text = this.text;
    copy.event = this.event;
    copy.attributeList.setAll(this.attributes, BODY_LIMITS);
    copy.attributeList.dropped = this.attributeList.dropped;
    return copy;
  }
}

function canWrite(record: LogRecordImpl): boolean {
  if (!record.isReadonly) return true;
  report(
    'warn',
    'log_record_readonly',
    'A log record was written to after its processors had seen it: nothing changed',
  );
  return false;
}

function addMissing(list: AttributeList, exception: unknown, limits: AttributeLimits): void {
  const generated = exceptionAttributes(exception);
  for (const key of Object.keys(generated)) {
    if (!list.has(key)) list.set(key, generated[key], limits);
  }
}

function exactTimeOf(time: NonNullable<LogRecord['timestamp']>): HrTime | undefined {
  const exact = hrTimeFromInput(time);
  if (exact === undefined)
    report('warn', 'log_record_time', 'A log record was given a time that is none: it is left out');
  return exact;
}

/** 1 to 24; anything else is unspecified (logs/data-model.md#field-severitynumber), and said unless it means just that. */
function severityOf(severity: unknown): SeverityNumber | undefined {
  const isSeverity = Number.isInteger(severity) && (severity as number) > 0 && (severity as number) <= 24;
  if (isSeverity) return severity as SeverityNumber;
  if (severity !== undefined && severity !== null && severity !== 0) reportSeverity(severity);
  return undefined;
}

function reportSeverity(severity: unknown): void {
  report(
    'warn',
    'log_severity',
    `The severityNumber of a log record was ${shown(severity)}: it is left out; 1 to 24 are allowed, such as SeverityNumber.INFO`,
  );
}

/** Nothing but ids that can be written: a record with a broken link is worth more than no record. */
export function linkOf(context: SpanContext | undefined | null): SpanContext | undefined {
  return context !== undefined && context !== null && isSpanContextValid(context) ? context : undefined;
}

function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : textOf(value);
}

function bodyOf(body: unknown): AnyValue {
  const copied = copyAttributeValue(body, BODY_LIMITS);
  if (copied !== INVALID_VALUE) return copied;
  report(
    'warn',
    'log_record_body',
    `The body of a log record was left out: a ${typeof body} cannot be one, or it threw`,
  );
  return undefined;
}
