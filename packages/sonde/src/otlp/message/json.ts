/**
 * AnyValue, KeyValue, Resource, InstrumentationScope and the messages around the records, in JSON: the counterpart of
 * any-value.ts, resource.ts and scope-groups.ts. Field names are lowerCamelCase, enums integers, ids lower-case hex.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { EncodedBatch } from '../signal-codec.ts';
import { bytesJson, doubleJson, int64Json, stringJson, utf8 } from '../wire/json-writer.ts';
import { groupByResource, type Originated, type RecordReader } from './scope-groups.ts';

/** An AnyValue; `{}` for null and for what has no place in it. */
export function anyValueJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${stringJson(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? `{"intValue":${int64Json(value)}}`
        : `{"doubleValue":${doubleJson(value)}}`;
    case 'bigint':
      return `{"intValue":${int64Json(BigInt.asIntN(64, value))}}`;
    case 'object':
      return value === null ? '{}' : compositeJson(value);
    default:
      return '{}';
  }
}

function compositeJson(value: object): string {
  if (value instanceof Uint8Array) return `{"bytesValue":${bytesJson(value)}}`;
  if (Array.isArray(value)) return `{"arrayValue":{"values":[${value.map(anyValueJson).join(',')}]}}`;
  return `{"kvlistValue":{"values":${attributesJson(value as Attributes)}}}`;
}

/** Attributes as an array of KeyValue. */
export function attributesJson(attributes: Attributes | undefined): string {
  if (attributes === undefined || attributes === null) return '[]';
  const pairs = Object.keys(attributes).map(
    (key) => `{"key":${stringJson(key)},"value":${anyValueJson(attributes[key])}}`,
  );
  return `[${pairs.join(',')}]`;
}

/** A field that is left out when it has the protocol's default, which is 0. */
export function countJson(name: string, count: number): string {
  return count > 0 ? `,"${name}":${count}` : '';
}

function scopeJson(scope: InstrumentationScope): string {
  const version = scope.version ? `,"version":${stringJson(scope.version)}` : '';
  const attributes = scope.attributes ? `,"attributes":${attributesJson(scope.attributes)}` : '';
  return `{"name":${stringJson(scope.name)}${version}${attributes}}`;
}

function schemaUrlJson(schemaUrl: string | undefined): string {
  return schemaUrl ? `,"schemaUrl":${stringJson(schemaUrl)}` : '';
}

/** The names of a signal's messages. */
export interface JsonNames {
  /** `resourceSpans` and kin. */
  readonly resources: string;
  /** `scopeSpans` and kin. */
  readonly scopes: string;
  /** `spans` and kin. */
  readonly records: string;
}

/** How one kind of record is read and written. */
export interface JsonRecordWriter<T, R extends Originated> extends RecordReader<T, R> {
  readonly names: JsonNames;
  json(record: R): string;
}

/** Encodes records into one batch per resource; what cannot be encoded is left out and said. */
export function encodeJsonByScope<T, R extends Originated>(
  given: readonly T[],
  count: number,
  writer: JsonRecordWriter<T, R>,
): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (const [resource, groups] of groupByResource(given, count, writer)) {
    let encoded = 0;
    const scopes: string[] = [];
    for (const [scope, records] of groups) {
      const texts: string[] = [];
      for (const record of records) {
        const text = recordJson(record, writer);
        if (text === '') continue;
        texts.push(text);
        encoded += writer.sizeOf?.(record) ?? 1;
      }
      if (texts.length === 0) continue;
      const list = `"${writer.names.records}":[${texts.join(',')}]`;
      scopes.push(`{"scope":${scopeJson(scope)},${list}${schemaUrlJson(scope.schemaUrl)}}`);
    }
    if (encoded > 0) batches.push({ resource, scopes: utf8(scopes.join(',')), count: encoded });
  }
  return batches;
}

function recordJson<T, R extends Originated>(record: R, writer: JsonRecordWriter<T, R>): string {
  try {
    return writer.json(record);
  } catch (error) {
    report('error', 'encoding_failed', `A ${writer.what} could not be encoded and is dropped`, error);
    return '';
  }
}

/** The whole request around the encoded scopes of one resource. */
export function completeJson(names: JsonNames, { resource, scopes }: EncodedBatch): Uint8Array[] {
  const attributes = `{"attributes":${attributesJson(resource.attributes)}}`;
  const head = `{"${names.resources}":[{"resource":${attributes},"${names.scopes}":[`;
  return [utf8(head), scopes, utf8(`]${schemaUrlJson(resource.schemaUrl)}}]}`)];
}
