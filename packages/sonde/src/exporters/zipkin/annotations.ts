/** Events of a span as Zipkin annotations: the name with its attributes in one text (zipkin.md, "Events"). */
import { stringJson } from '../../otlp/wire/json-writer.ts';
import { attributeJson } from '../../sdk/common/attribute-text.ts';
import type { SpanRecord } from '../../sdk/traces/span-record.ts';
import { DROPPED_ATTRIBUTES_TAG, type EventParts, eachEvent } from '../span-parts.ts';

/** `,"annotations":[…]`, or nothing where there are no events. */
export function annotationsJson(span: SpanRecord): string {
  let json = '';
  eachEvent(span, (event) => {
    json += `,{"timestamp":${event.micros},"value":${stringJson(annotationText(event))}}`;
  });
  return json === '' ? '' : `,"annotations":[${json.slice(1)}]`;
}

/** `"name": {"key":"value"}`; the name alone where there are no attributes. */
function annotationText(event: EventParts): string {
  let members = '';
  const add = (key: string, value: unknown): void => {
    if (value !== undefined) members += `,${JSON.stringify(key)}:${JSON.stringify(attributeJson(value))}`;
  };
  event.eachAttribute(add);
  if (event.dropped > 0) add(DROPPED_ATTRIBUTES_TAG, event.dropped);
  return members === '' ? event.name : `${JSON.stringify(event.name)}: {${members.slice(1)}}`;
}
