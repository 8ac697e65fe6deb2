/**
 * A recording span: the operations of the API on a SpanRecord. Each of them does nothing once the span has ended, and
 * none throws, whatever it is given.
 */
import type { Attributes, AttributeValue } from '../../api/common/attributes.ts';
import type { HrTime, TimeInput } from '../../api/common/time.ts';
import { exceptionAttributes } from '../../api/trace/exception.ts';
import type { Link, StartedSpan } from '../../api/trace/span.ts';
import { isSpanContextValid } from '../../api/trace/span-context.ts';
import type { SpanKind } from '../../api/trace/span-kind.ts';
import { type SpanStatus, SpanStatusCode } from '../../api/trace/span-status.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import { type AttributeLimits, AttributeList } from '../common/attributes.ts';
import { hrTimeFromInput, ticksToHrTime } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import type { TraceId } from '../common/ids.ts';
import { textOf } from '../common/text.ts';
import { statusCodeOf } from './named-value.ts';
import {
  NOT_ENDED,
  type ParentFacts,
  SpanEvent,
  type SpanOrigin,
  SpanRecord,
  toTimedEvent,
} from './span-record.ts';
import type { TracerSettings } from './tracer-settings.ts';

/** Slots of the first allocation for an event: three attributes, as an exception has. */
const EVENT_SLOTS = 6;

/** What a span needs of its tracer while it is alive. */
export interface SpanHome extends SpanOrigin {
  readonly settings: TracerSettings;
}

export class SpanImpl extends SpanRecord implements StartedSpan {
  /** @internal The tracer. The base class has the field. */
  declare readonly origin: SpanHome;

  constructor(
    home: SpanHome,
    traceId: TraceId,
    spanIdHigh: number,
    spanIdLow: number,
    traceFlags: number,
    traceState: TraceState | undefined,
    parent: ParentFacts,
    name: string,
    kind: SpanKind,
    startTicks: number,
    exactStart: HrTime | undefined,
  ) {
    const anchor = home.settings.clock.anchor;
    super(
      home,
      traceId,
      spanIdHigh,
      spanIdLow,
      traceFlags,
      traceState,
      parent,
      name,
      kind,
      anchor,
      startTicks,
      exactStart,
    );
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.ended) return reportEnded(this, 'setAttribute') as this;
    this.attributeList.set(key, value, this.origin.settings.limits.span);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.ended) return reportEnded(this, 'setAttributes') as this;
    this.attributeList.setAll(attributes, this.origin.settings.limits.span);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return reportEnded(this, 'addEvent') as this;
    const settings = this.origin.settings;
    const count = (this.publicEvents ?? this.compactEvents)?.length ?? 0;
    if (count >= settings.limits.eventCountLimit) {
      this.droppedEventsCount++;
      return this;
    }
    const timeIsSecond = isTimeInput(attributesOrTime);
    const given = timeIsSecond ? attributesOrTime : time;
    const exactTime = given === undefined ? undefined : exactTimeOf(given, 'addEvent');
    const ticks = exactTime === undefined ? settings.clock.now() : 0;
    const list = timeIsSecond ? undefined : listOf(attributesOrTime, settings.limits.event);
    const event = new SpanEvent(textOf(name), ticks, exactTime, list);
    if (this.publicEvents !== undefined) this.publicEvents.push(toTimedEvent(event, this.anchor));
    else if (this.compactEvents === undefined) this.compactEvents = [event];
    else addEventTo(this, this.compactEvents, event);
    return this;
  }

  addLink(link: Link): this {
    if (this.ended) return reportEnded(this, 'addLink') as this;
    const limits = this.origin.settings.limits;
    const kept = copyLink(link, limits.link);
    if (kept === undefined) return this;
    if (this.links.length >= limits.linkCountLimit) this.droppedLinksCount++;
    else this.links.push(kept);
    return this;
  }

  addLinks(links: Link[]): this {
    if (!Array.isArray(links)) return this;
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.ended) return reportEnded(this, 'setStatus') as this;
    const code = statusCodeOf(status?.code);
    // Ok is final and Unset never overrides: trace/api.md#set-status.
    if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) return this;
    if (this.statusCode === SpanStatusCode.OK) return this;
    this.statusCode = code;
    const message = code === SpanStatusCode.ERROR ? status.message : undefined;
    this.statusMessage = message === undefined || message === null ? undefined : textOf(message);
    return this;
  }

  updateName(name: string): this {
    if (this.ended) return reportEnded(this, 'updateName') as this;
    this.name = textOf(name);
    return this;
  }

  recordException(exception: unknown, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): void {
    if (this.ended) {
      reportEnded(this, 'recordException');
      return;
    }
    const timeIsSecond = isTimeInput(attributesOrTime);
    const generated = exceptionAttributes(exception);
    const attributes = timeIsSecond ? generated : completed(generated, attributesOrTime);
    this.addEvent('exception', attributes, timeIsSecond ? attributesOrTime : time);
  }

  end(endTime?: TimeInput): void {
    if (this.endTicks !== NOT_ENDED) {
      reportEnded(this, 'end');
      return;
    }
    const settings = this.origin.settings;
    this.endTicks = settings.clock.now();
    if (endTime !== undefined || this.exactTimes !== undefined)
      this.exactTimes = { start: this.exactStart, end: exactEndOf(this, endTime) };
    const processor = settings.processor;
    // The span stays writable meanwhile, and end() called again changes nothing (trace/sdk.md#onending).
    if (settings.wantsOnEnding) processor.onEnding?.(this);
    this.ended = true;
    settings.counts.end(this.traceFlags);
    if (this.attributeList.dropped + this.droppedEventsCount + this.droppedLinksCount > 0) reportLimits(this);
    processor.onEnd(this);
  }

  [Symbol.dispose](): void {
    if (!this.ended) this.end();
  }
}

/** What was generated stays when the attributes given cannot be read: a getter that throws, a revoked proxy. */
function completed(generated: Attributes, given: Attributes | undefined): Attributes {
  try {
    return { ...generated, ...given };
  } catch {
    return generated;
  }
}

/**
 * The exact end of a span whose start or end was given by the caller. An end before the start is taken as the start,
 * so that no duration is negative.
 */
function exactEndOf(span: SpanImpl, endTime: TimeInput | undefined): HrTime | undefined {
  const given = endTime === undefined ? undefined : exactTimeOf(endTime, 'end');
  const start = span.startTime;
  const end = given ?? ticksToHrTime(span.anchor, span.endTicks ?? 0);
  if (end[0] > start[0] || (end[0] === start[0] && end[1] >= start[1])) return given;
  report(
    'warn',
    'span_end_before_start',
    `Span "${span.name}" was ended before its start: its duration is taken as 0`,
  );
  return start;
}

/** A time as the caller gave it, or undefined (and said) when it is none. */
export function exactTimeOf(time: TimeInput, operation: string): HrTime | undefined {
  const exact = hrTimeFromInput(time);
  if (exact === undefined) {
    report(
      'warn',
      'span_time',
      `${operation} was given something that is no time: the current time is used instead`,
    );
  }
  return exact;
}

/** Where the official API takes attributes or a time in one place, a time is a number, a Date or two numbers. */
function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value);
}

function listOf(attributes: Attributes | undefined, limits: AttributeLimits): AttributeList | undefined {
  if (attributes === undefined || attributes === null) return undefined;
  const list = new AttributeList();
  list.entries = new Array(EVENT_SLOTS);
  list.setAll(attributes, limits);
  return list;
}

/** A second event makes a list of two: one more place of an array of one would reserve seventeen. */
function addEventTo(span: SpanRecord, events: SpanEvent[], event: SpanEvent): void {
  if (events.length === 1) span.compactEvents = [events[0]!, event];
  else events.push(event);
}

/** A private copy of a link within the limits; undefined when what was given is no link worth keeping. */
function copyLink(link: Link, limits: AttributeLimits): Link | undefined {
  try {
    const context = link.context;
    const list = new AttributeList();
    list.setAll(link.attributes, limits);
    const attributes = list.toObject();
    // All-zero ids are recorded only when something else is said (trace/api.md#link).
    const isEmpty = Object.keys(attributes).length === 0 && (context.traceState?.serialize() ?? '') === '';
    if (isEmpty && !isSpanContextValid(context)) return undefined;
    return { context, attributes, droppedAttributesCount: list.dropped + (link.droppedAttributesCount ?? 0) };
  } catch (error) {
    report('warn', 'span_link', 'A link was left out: it could not be read', error);
    return undefined;
  }
}

function reportEnded(span: SpanImpl, operation: string): SpanImpl {
  report(
    'warn',
    'span_ended',
    `${operation} was called on span "${span.name}" after its end: nothing was recorded`,
  );
  return span;
}

function reportLimits(span: SpanImpl): void {
  report(
    'warn',
    'span_limits',
    `Span "${span.name}" went over its limits: ${span.attributeList.dropped} attributes, ` +
      `${span.droppedEventsCount} events and ${span.droppedLinksCount} links were dropped`,
  );
}
