/**
 * A log record for people, on one line: time, level, logger, event name, body, attributes, trace id. Only a stack trace
 * gets lines of its own. Everything that comes from outside is made printable first, and cut where it never ends.
 */
import { SeverityNumber } from '../../api/logs/severity-number.ts';
import { printable } from '../../internal/printable.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { stackLines } from './span-lines.ts';
import type { Paint } from './terminal.ts';
import { padded } from './text-width.ts';

/** Characters of a body or of one attribute that are shown. */
const MAX_TEXT = 2_000;
/** The widest of the specification's six words. */
const LEVEL_WIDTH = 5;
const STACK = 'exception.stacktrace';

export function logLines(record: ReadableLogRecord, columns: number, colours: Paint): string {
  const parts = [colours.dim(timeOf(record)), levelOf(record, colours)];
  const { eventName, body, attributes, spanContext } = record;
  if (record.instrumentationScope.name !== '')
    parts.push(colours.cyan(cut(record.instrumentationScope.name)));
  if (eventName) parts.push(colours.yellow(`◆ ${cut(eventName)}`));
  if (body !== undefined && body !== null) parts.push(colours.bold(cut(attributeText(body))));
  parts.push(...attributeParts(attributes, colours));
  if (record.droppedAttributesCount > 0) {
    parts.push(colours.yellow(`… ${record.droppedAttributesCount} dropped by limits`));
  }
  if (spanContext !== undefined) parts.push(colours.dim(printable(spanContext.traceId)));
  const stack = attributes[STACK];
  const below = typeof stack === 'string' ? stackLines(stack, columns - 4, colours) : [];
  return [parts.join(' '), ...below.map((line) => `    ${line}`)].join('\n');
}

/** The stack trace is shown below and says type and message itself. */
function attributeParts(attributes: ReadableLogRecord['attributes'], colours: Paint): string[] {
  const hasStack = typeof attributes[STACK] === 'string';
  return Object.entries(attributes)
    .filter(([key, value]) => value !== undefined && !(hasStack && key.startsWith('exception.')))
    .map(([key, value]) => `${colours.dim(`${cut(key)}=`)}${cut(attributeText(value))}`);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${printable(text.slice(0, MAX_TEXT))}…` : printable(text);
}

/** The time of day where the reader is: a terminal is read while it happens. */
function timeOf({ hrTime }: ReadableLogRecord): string {
  const date = new Date(hrTime[0] * 1e3 + Math.floor(hrTime[1] / 1e6));
  const two = (part: number): string => String(part).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/** As the logging library says it; the specification's word where it said only a number. */
function levelOf({ severityText, severityNumber = 0 }: ReadableLogRecord, colours: Paint): string {
  const word = severityText || (severityNumber === 0 ? '-' : SeverityNumber[severityNumber]);
  return toneOf(severityNumber, colours)(padded(cut(word), LEVEL_WIDTH));
}

function toneOf(severity: number, colours: Paint): (text: string) => string {
  if (severity >= SeverityNumber.FATAL) return colours.magenta;
  if (severity >= SeverityNumber.ERROR) return colours.red;
  if (severity >= SeverityNumber.WARN) return colours.yellow;
  if (severity >= SeverityNumber.INFO) return colours.green;
  return severity >= SeverityNumber.DEBUG ? colours.blue : colours.dim;
}
