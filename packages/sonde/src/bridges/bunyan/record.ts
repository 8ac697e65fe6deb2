/** A record of bunyan as body and attributes. */
import { liftException } from '../shared/exception-fields.ts';
import { jsonValue, setOwn } from '../shared/json-value.ts';

/** What bunyan's `_emit` gets: serializers have been applied. */
export interface BunyanRecord {
  level: number;
  time?: unknown;
  msg?: unknown;
  err?: unknown;
  [field: string]: unknown;
}

/** Members that are said elsewhere in a log record, and the version of bunyan's format. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'v']);

/** The fields as attributes, without those that link the line to a span: the log record has its own link. */
export function bodyAndAttributes(
  record: BunyanRecord,
  traceFields: Record<string, unknown> | undefined,
): { body: unknown; attributes: Record<string, unknown> } {
  const attributes: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if (NOT_ATTRIBUTES.has(key) || (traceFields !== undefined && traceFields[key] === record[key])) continue;
    const value = jsonValue(record[key], key);
    if (value !== undefined) setOwn(attributes, key, value);
  }
  if (attributes['pid'] === process.pid) delete attributes['pid'];
  if (attributes['hostname'] === process.getBuiltinModule('node:os').hostname())
    delete attributes['hostname'];
  liftException(attributes, 'err');
  return { body: jsonValue(record.msg), attributes };
}
