/**
 * One span as lines of the tree: a headline with name, kind, a bar on the trace's time scale, duration and span id,
 * and below it status, attributes, events and links. Everything that comes from outside is made printable first.
 */
import { printable } from '../../internal/printable.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { KIND_NAMES } from './span-words.ts';
import type { Paint } from './terminal.ts';
import { displayWidth, padded, truncated } from './text-width.ts';

type HrTime = ReadableSpan['startTime'];

/** What all spans of one printed trace share. */
export interface TraceScale {
  /** Start of the earliest span. */
  readonly origin: HrTime;
  /** From there to the latest end, in milliseconds. */
  readonly length: number;
  readonly columns: number;
  readonly service: string;
}

const BAR_WIDTH = 22;
const DURATION_WIDTH = 9;
const SPAN_ID_WIDTH = 16;
/** Columns right of the name: bar, duration and span id with the blanks between them. */
const RIGHT_WIDTH: number = 1 + BAR_WIDTH + 1 + DURATION_WIDTH + 2 + SPAN_ID_WIDTH;
/** The widest column of attribute keys. */
const MAX_KEY_WIDTH = 36;
/** Lines of a stack trace that are shown. */
const STACK_LINES = 6;
const ERROR = 2;
const OK = 1;

/** Milliseconds from `origin` to `time`. */
export function milliseconds(time: HrTime, origin: HrTime): number {
  return (time[0] - origin[0]) * 1e3 + (time[1] - origin[1]) / 1e6;
}

/** A length of time in the unit that a person would take, with two decimals so that columns of them line up. */
export function durationText(millis: number): string {
  if (millis < 1) return `${(millis * 1e3).toFixed(2)} µs`;
  if (millis < 1e3) return `${millis.toFixed(2)} ms`;
  if (millis < 60e3) return `${(millis / 1e3).toFixed(2)} s`;
  return `${Math.floor(millis / 60e3)} m ${Math.floor((millis % 60e3) / 1e3)} s`;
}

/** `service.name` and, where it is known, `service.version`. */
export function serviceOf(span: ReadableSpan | undefined): string {
  const attributes = span?.resource.attributes ?? {};
  const name = attributeText(attributes['service.name'] ?? 'unknown_service');
  return printable(`${name} ${attributeText(attributes['service.version'] ?? '')}`.trim());
}

export function spanHeadline(
  span: ReadableSpan,
  guides: string,
  guidesWidth: number,
  scale: TraceScale,
  colours: Paint,
): string {
  const failed = span.status.code === ERROR;
  const kind = KIND_NAMES[span.kind] ?? 'INTERNAL';
  const mark = failed ? ' ✗' : span.status.code === OK ? ' ✓' : '';
  const room = scale.columns - RIGHT_WIDTH - guidesWidth - 2;
  const name = truncated(printable(span.name), Math.max(8, room - kind.length - 1 - mark.length));
  const gap = ' '.repeat(Math.max(0, room - displayWidth(name) - 1 - kind.length - mark.length));
  const tone = failed ? colours.red : kindTone(span.kind, colours);
  const left = `${tone('●')} ${colours.bold(failed ? colours.red(name) : name)} ${tone(kind)}`;
  const duration = durationText(milliseconds(span.duration, [0, 0])).padStart(DURATION_WIDTH);
  const id = colours.dim(printable(span.spanContext().spanId));
  return `${guides}${left}${markTone(mark, colours)}${gap} ${tone(bar(span, scale))} ${duration}  ${id}`;
}

/** The lines below the headline, to be set behind a margin of `margin` columns. */
export function spanDetails(span: ReadableSpan, margin: number, scale: TraceScale, colours: Paint): string[] {
  const width = Math.max(20, scale.columns - margin);
  const lines: string[] = [];
  if (serviceOf(span) !== scale.service) lines.push(colours.cyan(truncated(serviceOf(span), width)));
  if (span.status.message) lines.push(colours.red(truncated(`✗ ${printable(span.status.message)}`, width)));
  lines.push(...attributeLines(span.attributes, width, colours));
  lines.push(...droppedLine(span.droppedAttributesCount, 'attribute', colours));
  for (const event of span.events) {
    const tone = event.name === 'exception' ? colours.red : colours.yellow;
    const offset = `+${durationText(Math.max(0, milliseconds(event.time, span.startTime)))}`;
    lines.push(`${tone(`◆ ${truncated(printable(event.name), width - 14)}`)} ${colours.dim(offset)}`);
    lines.push(...indented(attributeLines(event.attributes ?? {}, width - 4, colours)));
    lines.push(...indented(droppedLine(event.droppedAttributesCount, 'attribute', colours)));
  }
  lines.push(...droppedLine(span.droppedEventsCount, 'event', colours));
  for (const link of span.links) {
    const target = `trace ${printable(link.context.traceId)} span ${printable(link.context.spanId)}`;
    lines.push(`${colours.blue('↗')} ${truncated(target, width - 2)}`);
    lines.push(...indented(attributeLines(link.attributes ?? {}, width - 4, colours)));
  }
  lines.push(...droppedLine(span.droppedLinksCount, 'link', colours));
  return lines;
}

function attributeLines(attributes: object, width: number, colours: Paint): string[] {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const keys = entries.map(([key]) => truncated(printable(key), Math.min(MAX_KEY_WIDTH, width >> 1)));
  const keyWidth = Math.max(0, ...keys.map(displayWidth));
  const lines: string[] = [];
  entries.forEach(([key, value], index) => {
    const shown = colours.dim(padded(keys[index] ?? '', keyWidth));
    const room = width - keyWidth - 2;
    if (key === 'exception.stacktrace' && typeof value === 'string') {
      lines.push(...stackLines(value, width, colours));
    } else {
      lines.push(`${shown}  ${valueTone(value, truncated(valueText(value, room), room), colours)}`);
    }
  });
  return lines;
}

/** Cut before it is made printable and measured, so that a value of megabytes costs no more than its beginning. */
function valueText(value: unknown, room: number): string {
  return printable(attributeText(value).slice(0, room * 4));
}

/** The beginning of a stack trace, dimmed; what is left out is said. */
export function stackLines(stack: string, width: number, colours: Paint): string[] {
  const all = stack.slice(0, 10_000).split('\n');
  const shown = all.slice(0, STACK_LINES).map((line) => colours.dim(truncated(printable(line), width)));
  if (all.length > STACK_LINES) shown.push(colours.dim(`    … ${all.length - STACK_LINES} more lines`));
  return shown;
}

function droppedLine(count: number | undefined, what: string, colours: Paint): string[] {
  if (!count) return [];
  return [colours.yellow(`… ${count} ${what}${count === 1 ? '' : 's'} dropped by limits`)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}

/** Where on the trace's time the span lies; at least one cell, so that the shortest span is seen. */
function bar(span: ReadableSpan, scale: TraceScale): string {
  const perCell = scale.length > 0 ? scale.length / BAR_WIDTH : 1;
  const start = Math.floor(milliseconds(span.startTime, scale.origin) / perCell);
  const offset = Math.min(BAR_WIDTH - 1, Math.max(0, start));
  const cells = Math.round(milliseconds(span.duration, [0, 0]) / perCell);
  const length = Math.min(BAR_WIDTH - offset, Math.max(1, cells));
  return ' '.repeat(offset) + '━'.repeat(length) + ' '.repeat(BAR_WIDTH - offset - length);
}

function kindTone(kind: number, colours: Paint): (text: string) => string {
  if (kind === 1) return colours.green;
  if (kind === 2) return colours.blue;
  return kind === 3 || kind === 4 ? colours.magenta : colours.cyan;
}

function markTone(mark: string, colours: Paint): string {
  return mark === ' ✗' ? colours.red(mark) : colours.green(mark);
}

function valueTone(value: unknown, text: string, colours: Paint): string {
  return typeof value === 'string' ? text : colours.yellow(text);
}
