/** A log record as one line of JSON, for machines and for `jq`. The format may change between versions. */
import { printable } from '../../internal/printable.ts';
import { attributeJson, attributesJson } from '../../sdk/common/attribute-text.ts';
import { LogRecordImpl } from '../../sdk/logs/log-record.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { resourceJson, scopeJson, unixNano } from './json-parts.ts';

export function logJsonLine(record: ReadableLogRecord): string {
  const { spanContext, body } = record;
  // Only a record of ours can tell a time that was given from the time of observation in its place.
  const isTimed = !(record instanceof LogRecordImpl) || record.timestamp !== undefined;
  const line = {
    timeUnixNano: isTimed ? unixNano(record.hrTime) : undefined,
    observedTimeUnixNano: unixNano(record.hrTimeObserved),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    body: body === undefined ? undefined : attributeJson(body),
    attributes: attributesJson(record.attributes),
    droppedAttributesCount: record.droppedAttributesCount || undefined,
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
    traceFlags: spanContext?.traceFlags,
    scope: scopeJson(record.instrumentationScope),
    resource: resourceJson(record.resource),
  };
  return printable(JSON.stringify(line));
}
