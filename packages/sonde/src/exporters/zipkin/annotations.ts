/** Events of a span as Zipkin annotations: the name with its attributes in one text (zipkin.md, "Events"). */
import { buffer } from '../../otlp/wire/protobuf-writer.ts';
import { attributeJson } from '../../sdk/common/attribute-text.ts';
import type { SpanRecord } from '../../sdk/traces/span-record.ts';
import { DROPPED_ATTRIBUTES_TAG, type EventParts, eachEvent } from '../span-parts.ts';
import {
  literal,
  writeLiteral,
  writeNestedJson,
  writeNestedString,
  writeText,
  writeWhole,
} from './json-bytes.ts';

const ANNOTATIONS = /* @__PURE__ */ literal(',"annotations":');
const TIMESTAMP = /* @__PURE__ */ literal(',{"timestamp":');
const VALUE = /* @__PURE__ */ literal(',"value":"');
const END = /* @__PURE__ */ literal('"}');
const TRUE = /* @__PURE__ */ literal('true');
const FALSE = /* @__PURE__ */ literal('false');
const COLON = 0x3a;
const BLANK = 0x20;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** `,"annotations":[…]`, or nothing where there are no events. */
export function writeAnnotations(position: number, span: SpanRecord): number {
  const events = span.publicEvents ?? span.compactEvents;
  if (events === undefined || events.length === 0) return position;
  const start = writeLiteral(position, ANNOTATIONS);
  let p = start;
  eachEvent(span, (event) => {
    p = writeWhole(writeLiteral(p, TIMESTAMP), event.micros);
    p = writeLiteral(writeAnnotationText(writeLiteral(p, VALUE), event), END);
  });
  buffer[start] = OPEN_LIST;
  buffer[p] = CLOSE_LIST;
  return p + 1;
}

/** `"name": {"key":"value"}`, as the inside of a string literal; the name alone where there are no attributes. */
function writeAnnotationText(position: number, event: EventParts): number {
  const named = writeNestedString(position, event.name);
  buffer[named] = COLON;
  buffer[named + 1] = BLANK;
  const start = named + 2;
  let p = start;
  event.eachAttribute((key, value) => {
    if (value !== undefined) p = writeMember(p, key, value);
  });
  if (event.dropped > 0) p = writeMember(p, DROPPED_ATTRIBUTES_TAG, event.dropped);
  if (p === start) return writeText(position, event.name);
  // Every member has a comma before it; the first one's place is the brace's.
  buffer[start] = OPEN;
  buffer[p] = CLOSE;
  return p + 1;
}

function writeMember(position: number, key: string, value: unknown): number {
  buffer[position] = COMMA;
  const p = writeNestedString(position + 1, key);
  buffer[p] = COLON;
  switch (typeof value) {
    case 'string':
      return writeNestedString(p + 1, value);
    case 'boolean':
      return writeLiteral(p + 1, value ? TRUE : FALSE);
    case 'number':
      if (value >= 0 && value < 2 ** 31 && Number.isInteger(value)) return writeWhole(p + 1, value);
  }
  return writeNestedJson(p + 1, JSON.stringify(attributeJson(value)));
}
