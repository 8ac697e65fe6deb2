/** LogRecord of opentelemetry/proto/logs/v1/logs.proto in JSON, in the manner of traces/encode-json.ts. */
import { recordOf } from '../../sdk/logs/foreign-log-record.ts';
import { LogRecordImpl } from '../../sdk/logs/log-record.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import {
  anyValueJson,
  attributesJson,
  completeJson,
  countJson,
  encodeJsonByScope,
  type JsonNames,
  type JsonRecordWriter,
} from '../message/json.ts';
import type { SignalCodec } from '../signal-codec.ts';
import { nanosJson, stringJson } from '../wire/json-writer.ts';

const NAMES: JsonNames = { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' };

/** The JSON codec of the logs signal. */
export const logsJson: SignalCodec<ReadableLogRecord> = {
  signal: 'logs',
  encoding: 'json',
  encode: (records, count) => encodeJsonByScope(records, count, logRecordWriter),
  complete: (batch) => completeJson(NAMES, batch),
};

const logRecordWriter: JsonRecordWriter<ReadableLogRecord, LogRecordImpl> = {
  what: 'log record',
  names: NAMES,
  recordOf: (record) => (record instanceof LogRecordImpl ? record : recordOf(record)),
  json: logRecordJson,
};

function logRecordJson(record: LogRecordImpl): string {
  const { timestamp, severity, text, content, link, event } = record;
  return (
    `{"observedTimeUnixNano":${nanosJson(record.hrTimeObserved)}` +
    (timestamp === undefined ? '' : `,"timeUnixNano":${nanosJson(timestamp)}`) +
    (severity === undefined ? '' : `,"severityNumber":${severity}`) +
    (text === undefined ? '' : `,"severityText":${stringJson(text)}`) +
    (content === undefined || content === null ? '' : `,"body":${anyValueJson(content)}`) +
    `,"attributes":${attributesJson(record.attributes)}` +
    countJson('droppedAttributesCount', record.droppedAttributesCount) +
    (link === undefined
      ? ''
      : `,"traceId":${stringJson(link.traceId)},"spanId":${stringJson(link.spanId)},"flags":${link.traceFlags & 0xff}`) +
    (event === undefined ? '' : `,"eventName":${stringJson(event)}`) +
    '}'
  );
}
