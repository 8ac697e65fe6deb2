/**
 * What a span holds: compact fields for the encoder, and the public shape of the official SDK computed from them when
 * somebody reads it. From the first read of `attributes` or `events` on, that public object is the truth and everything
 * after (setters, limits, encoder) works on it.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { Link } from '../../api/trace/span.ts';
import type { SpanContext } from '../../api/trace/span-context.ts';
import type { SpanKind } from '../../api/trace/span-kind.ts';
import type { SpanStatus, SpanStatusCode } from '../../api/trace/span-status.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import { AttributeList } from '../common/attributes.ts';
import { type ClockAnchor, hrTimeDifference, ticksToDuration, ticksToHrTime } from '../common/clock.ts';
import { hex16, type TraceId } from '../common/ids.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { LocalSpan, makeSpanContext } from './local-span.ts';
import type { ReadableSpan, TimedEvent } from './readable-span.ts';

/** Who made a record: shared by all spans of one tracer. */
export interface SpanOrigin {
  readonly scope: InstrumentationScope;
  readonly resource: Resource;
}

/** `parentFlags` of a root span. */
export const NO_PARENT = -1;

/** `endTicks` until end() is called. Not a number: a field that holds doubles only has a box of its own from the start on. */
export const NOT_ENDED = undefined;

/** Bit of `parentFlags` that says the parent came from another process; the lower eight are its W3C flags. */
export const PARENT_IS_REMOTE = 0x200;

/** What the tracer knows of a span's parent; one scratch object per tracer call, never kept. */
export interface ParentFacts {
  flags: number;
  spanIdHigh: number;
  spanIdLow: number;
  traceState: TraceState | undefined;
}

/** An event in its compact form. */
export class SpanEvent {
  readonly name: string;
  readonly ticks: number;
  /** A time that the caller gave, kept exactly. */
  readonly exactTime: HrTime | undefined;
  readonly attributes: AttributeList | undefined;

  constructor(
    name: string,
    ticks: number,
    exactTime: HrTime | undefined,
    attributes: AttributeList | undefined,
  ) {
    this.name = name;
    this.ticks = ticks;
    this.exactTime = exactTime;
    this.attributes = attributes;
  }
}

/** Times that a caller gave for the start and the end of a span. */
export interface ExactTimes {
  readonly start: HrTime | undefined;
  readonly end: HrTime | undefined;
}

export class SpanRecord extends LocalSpan implements ReadableSpan {
  /** @internal */
  readonly origin: SpanOrigin;
  /** @internal NO_PARENT, or the parent's W3C flags and PARENT_IS_REMOTE. */
  readonly parentFlags: number;
  /** @internal */
  readonly parentSpanIdHigh: number;
  /** @internal */
  readonly parentSpanIdLow: number;
  /** @internal */
  readonly parentTraceState: TraceState | undefined;
  name: string;
  readonly kind: SpanKind;
  /** @internal */
  readonly anchor: ClockAnchor;
  /** @internal */
  readonly startTicks: number;
  /** @internal Times that the caller gave, kept exactly. One field for both: few spans have any. */
  exactTimes: ExactTimes | undefined;
  /** @internal */
  endTicks: number | undefined;
  ended: boolean;
  /** @internal */
  statusCode: SpanStatusCode;
  /** @internal */
  statusMessage: string | undefined;
  /** @internal */
  readonly attributeList: AttributeList;
  /** @internal Compact events; given up once `publicEvents` exists. */
  compactEvents: SpanEvent[] | undefined;
  /** @internal */
  publicEvents: TimedEvent[] | undefined;
  /** @internal */
  linkList: Link[] | undefined;
  droppedEventsCount: number;
  droppedLinksCount: number;

  constructor(
    origin: SpanOrigin,
    traceId: TraceId,
    spanIdHigh: number,
    spanIdLow: number,
    traceFlags: number,
    traceState: TraceState | undefined,
    parent: ParentFacts,
    name: string,
    kind: SpanKind,
    anchor: ClockAnchor,
    startTicks: number,
    exactStart: HrTime | undefined,
  ) {
    super(traceId, spanIdHigh, spanIdLow, traceFlags, traceState);
    this.origin = origin;
    this.parentFlags = parent.flags;
    this.parentSpanIdHigh = parent.spanIdHigh;
    this.parentSpanIdLow = parent.spanIdLow;
    this.parentTraceState = parent.traceState;
    this.name = name;
    this.kind = kind;
    this.anchor = anchor;
    this.startTicks = startTicks;
    this.exactTimes = exactStart === undefined ? undefined : { start: exactStart, end: undefined };
    this.endTicks = NOT_ENDED;
    this.ended = false;
    this.statusCode = 0;
    this.statusMessage = undefined;
    this.attributeList = new AttributeList();
    this.compactEvents = undefined;
    this.publicEvents = undefined;
    this.linkList = undefined;
    this.droppedEventsCount = 0;
    this.droppedLinksCount = 0;
  }

  get resource(): Resource {
    return this.origin.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.origin.scope;
  }

  /** Undefined for a root span: the interface has it optional, which an accessor cannot say. */
  get parentSpanContext(): SpanContext {
    if (this.parentFlags === NO_PARENT) return undefined as unknown as SpanContext;
    return makeSpanContext(
      this.traceId!.hex,
      hex16(this.parentSpanIdHigh, this.parentSpanIdLow),
      this.parentFlags & 0xff,
      this.parentTraceState,
      (this.parentFlags & PARENT_IS_REMOTE) !== 0,
    );
  }

  /** @internal */
  get exactStart(): HrTime | undefined {
    return this.exactTimes?.start;
  }

  /** @internal */
  get exactEnd(): HrTime | undefined {
    return this.exactTimes?.end;
  }

  get startTime(): HrTime {
    return this.exactStart ?? ticksToHrTime(this.anchor, this.startTicks);
  }

  /** `[0, 0]` until the span has ended. */
  get endTime(): HrTime {
    const exact = this.exactEnd;
    if (exact !== undefined) return exact;
    return this.endTicks === NOT_ENDED ? [0, 0] : ticksToHrTime(this.anchor, this.endTicks);
  }

  /** `[-1, -1]` until the span has ended, as the official SDK has it. */
  get duration(): HrTime {
    if (this.endTicks === NOT_ENDED) return [-1, -1];
    if (this.exactTimes === undefined) {
      return ticksToDuration(this.endTicks - this.startTicks);
    }
    return hrTimeDifference(this.startTime, this.endTime);
  }

  get status(): SpanStatus {
    return this.statusMessage === undefined
      ? { code: this.statusCode }
      : { code: this.statusCode, message: this.statusMessage };
  }

  get attributes(): Attributes {
    return this.attributeList.toObject();
  }

  get droppedAttributesCount(): number {
    return this.attributeList.dropped;
  }

  get events(): TimedEvent[] {
    if (this.publicEvents === undefined) {
      this.publicEvents = (this.compactEvents ?? []).map((event) => toTimedEvent(event, this.anchor));
      this.compactEvents = undefined;
    }
    return this.publicEvents;
  }

  get links(): Link[] {
    if (this.linkList === undefined) this.linkList = [];
    return this.linkList;
  }

  /** @internal The parent's id, where plug-ins written for the 1.x line look for it. */
  get parentSpanId(): string | undefined {
    return this.parentFlags === NO_PARENT ? undefined : hex16(this.parentSpanIdHigh, this.parentSpanIdLow);
  }

  /** @internal The scope, under the name that plug-ins written for the 1.x line look for. */
  get instrumentationLibrary(): InstrumentationScope {
    return this.origin.scope;
  }
}

/** An event in the shape of the official SDK. */
export function toTimedEvent(event: SpanEvent, anchor: ClockAnchor): TimedEvent {
  return {
    name: event.name,
    time: event.exactTime ?? ticksToHrTime(anchor, event.ticks),
    attributes: event.attributes?.toObject() ?? {},
    droppedAttributesCount: event.attributes?.dropped ?? 0,
  };
}
