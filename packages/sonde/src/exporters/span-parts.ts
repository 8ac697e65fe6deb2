/**
 * What exporters to formats other than OTLP read of a span: attributes in either of their forms, times in microseconds, and
 * the tags for what such a format has no place for (specification: common/mapping-to-non-otlp.md).
 */
import type { HrTime } from '../api/common/time.ts';
import { attributeText } from '../sdk/common/attribute-text.ts';
import type { AttributeList } from '../sdk/common/attributes.ts';
import { hrTimeDifference, hrTimeToMicros, ticksToHrTime, ticksToMicros } from '../sdk/common/clock.ts';
import { defaultServiceName } from '../sdk/common/default-resource.ts';
import type { InstrumentationScope } from '../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../sdk/common/resource.ts';
import type { TimedEvent } from '../sdk/traces/readable-span.ts';
import type { SpanEvent, SpanRecord } from '../sdk/traces/span-record.ts';

/** A key with its value as it was recorded. */
export type Tag = readonly [key: string, value: unknown];

/** The keys of mapping-to-non-otlp.md. */
export const STATUS_CODE_TAG = 'otel.status_code';
export const STATUS_DESCRIPTION_TAG = 'otel.status_description';
export const DROPPED_ATTRIBUTES_TAG = 'otel.dropped_attributes_count';
const DROPPED_EVENTS_TAG = 'otel.dropped_events_count';
const DROPPED_LINKS_TAG = 'otel.dropped_links_count';

/** The scope under its two names, the second for those that still look there, and its attributes. */
export function scopeTags(scope: InstrumentationScope): Tag[] {
  const tags: Tag[] = [];
  for (const prefix of ['otel.scope', 'otel.library']) {
    if (scope.name !== '') tags.push([`${prefix}.name`, scope.name]);
    if (scope.version) tags.push([`${prefix}.version`, scope.version]);
  }
  return scope.attributes === undefined ? tags : [...tags, ...Object.entries(scope.attributes)];
}

/** `OK` or `ERROR`; undefined for a status that was never set. */
export function statusCodeName(span: SpanRecord): 'OK' | 'ERROR' | undefined {
  if (span.statusCode === 1) return 'OK';
  return span.statusCode === 2 ? 'ERROR' : undefined;
}

/** How much was left out of a span because of its limits. Mostly nothing, which costs no array. */
export function droppedTags(span: SpanRecord): readonly Tag[] {
  const { dropped } = span.attributeList;
  if (dropped + span.droppedEventsCount + span.droppedLinksCount === 0) return NO_TAGS;
  const all: Tag[] = [
    [DROPPED_ATTRIBUTES_TAG, dropped],
    [DROPPED_EVENTS_TAG, span.droppedEventsCount],
    [DROPPED_LINKS_TAG, span.droppedLinksCount],
  ];
  return all.filter(([, count]) => (count as number) > 0);
}

const NO_TAGS: readonly Tag[] = [];

const SERVICE_NAME = 'service.name';

/** The service's name: the exporter's option, the resource's attribute, the default. */
export function serviceNameOf(given: string | undefined, resource: Resource): string {
  return given ?? (attributeText(resource.attributes[SERVICE_NAME]) || defaultServiceName());
}

/**
 * Attributes as keys and values in turns, `flatSize` of them. Who already asked for the public object gets what it holds now;
 * of a template that spans share a copy is made.
 */
export function flatAttributes({ object, shared, entries, size }: AttributeList): readonly unknown[] {
  if (object !== undefined) return Object.entries(object).flat(1);
  if (shared === undefined) return entries ?? NO_ENTRIES;
  return entries === undefined ? shared.entries : [...shared.entries, ...entries.slice(0, size)];
}

/** The places behind it are empty. */
export function flatSize(list: AttributeList, flat: readonly unknown[]): number {
  return flat === list.entries ? list.size : flat.length;
}

const NO_ENTRIES: readonly unknown[] = [];

/** Calls back for each attribute. */
export function eachAttribute(list: AttributeList, take: (key: string, value: unknown) => void): void {
  const flat = flatAttributes(list);
  const size = flatSize(list, flat);
  for (let slot = 0; slot < size; slot += 2) take(flat[slot] as string, flat[slot + 1]);
}

/** The value of one attribute; undefined where there is none. */
export function attributeOf(list: AttributeList, key: string): unknown {
  const { object, shared, entries, size } = list;
  if (object !== undefined) return Object.hasOwn(object, key) ? object[key] : undefined;
  for (let slot = 0; slot < size; slot += 2) if (entries![slot] === key) return entries![slot + 1];
  if (shared === undefined) return undefined;
  const place = shared.entries.findIndex((each, slot) => slot % 2 === 0 && each === key);
  return place < 0 ? undefined : shared.entries[place + 1];
}

/** Whole microseconds since the epoch, cut off. */
export function startMicros(span: SpanRecord): number {
  return span.exactStart === undefined
    ? ticksToMicros(span.anchor, span.startTicks)
    : hrTimeToMicros(span.exactStart);
}

/** Whole microseconds from start to end, cut off; never negative. */
export function durationMicros(span: SpanRecord): number {
  if (span.exactTimes !== undefined) {
    return hrTimeToMicros(hrTimeDifference(span.startTime, span.endTime));
  }
  return Math.max(
    0,
    Math.floor(Math.round(((span.endTicks ?? span.startTicks) - span.startTicks) * 1e6) / 1000),
  );
}

/** An event of either form: what is common to reading it. */
export interface EventParts {
  readonly name: string;
  readonly micros: number;
  /** The same time with nanoseconds. */
  readonly time: () => HrTime;
  /** How many of its attributes were left out. */
  readonly dropped: number;
  /** Calls back for each attribute. */
  readonly eachAttribute: (take: (key: string, value: unknown) => void) => void;
}

/** Calls back for each event of a span, in either of their forms. */
export function eachEvent(span: SpanRecord, take: (event: EventParts) => void): void {
  if (span.publicEvents !== undefined) for (const event of span.publicEvents) take(publicEvent(event));
  else if (span.compactEvents !== undefined) {
    for (const event of span.compactEvents) take(compactEvent(span, event));
  }
}

function publicEvent({ name, time, attributes, droppedAttributesCount }: TimedEvent): EventParts {
  return {
    name,
    micros: hrTimeToMicros(time),
    time: () => time,
    dropped: droppedAttributesCount ?? 0,
    eachAttribute: (take) => {
      for (const [key, value] of Object.entries(attributes ?? {})) take(key, value);
    },
  };
}

function compactEvent(span: SpanRecord, event: SpanEvent): EventParts {
  const { attributes } = event;
  return {
    name: event.name,
    micros:
      event.exactTime === undefined
        ? ticksToMicros(span.anchor, event.ticks)
        : hrTimeToMicros(event.exactTime),
    time: () => event.exactTime ?? ticksToHrTime(span.anchor, event.ticks),
    dropped: attributes?.dropped ?? 0,
    eachAttribute: (take) => {
      if (attributes !== undefined) eachAttribute(attributes, take);
    },
  };
}
