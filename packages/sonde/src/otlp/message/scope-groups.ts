/**
 * Records by resource and scope, and the messages around them: ScopeSpans, ScopeMetrics and ScopeLogs have one layout.
 *
 *   Scope* { 1 scope, 2 records, 3 schema_url }     Resource* { 1 resource, 2 scopes, 3 schema_url }
 */
import { report } from '../../sdk/common/diagnostics.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import type { EncodedBatch } from '../signal-codec.ts';
import {
  closeWide,
  reserve,
  take,
  WIDE_LENGTH,
  writeByte,
  writeRaw,
  writeString,
} from '../wire/protobuf-writer.ts';
import { scopeField } from './resource.ts';

/** What every record says about where it comes from. */
export interface Originated {
  readonly origin: { readonly resource: Resource; readonly scope: InstrumentationScope };
}

/** How one kind of record is read. */
export interface RecordReader<T, R extends Originated> {
  /** The word for one of them in messages. */
  readonly what: string;
  /** One of ours as it is, a foreign one converted; undefined, and said, when it cannot be read. */
  recordOf(given: T): R | undefined;
  /** How many units (data points) of the record were written, once it was. Absent where a record is a unit. */
  sizeOf?(record: R): number;
}

/** How one kind of record is read and written. */
export interface RecordWriter<T, R extends Originated> extends RecordReader<T, R> {
  /** Writes the record behind the tag of field 2; returns the position after it. */
  write(position: number, record: R): number;
}

/** Records of one resource, by scope. */
type ScopeGroups<R> = Map<InstrumentationScope, R[]>;

/** Encodes records into one batch per resource; what cannot be encoded is left out and said. */
export function encodeByScope<T, R extends Originated>(
  given: readonly T[],
  count: number,
  writer: RecordWriter<T, R>,
): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (const [resource, groups] of groupByResource(given, count, writer)) {
    // Scopes are encoded first: they use the same buffer.
    for (const scope of groups.keys()) scopeField(scope);
    let position = 0;
    let encoded = 0;
    for (const [scope, records] of groups) {
      const end = writeScope(position, scope, records, writer);
      if (written > 0) position = end;
      encoded += written;
    }
    if (encoded > 0) batches.push({ resource, scopes: take(0, position), count: encoded });
  }
  return batches;
}

/** Nearly always one resource; nearly always few scopes, whose records come in runs. */
export function groupByResource<T, R extends Originated>(
  given: readonly T[],
  count: number,
  writer: RecordReader<T, R>,
): Map<Resource, ScopeGroups<R>> {
  const resources = new Map<Resource, ScopeGroups<R>>();
  let lastScope: InstrumentationScope | undefined;
  let lastResource: Resource | undefined;
  let run: R[] = [];
  for (let index = 0; index < count; index++) {
    const record = writer.recordOf(given[index]!);
    if (record === undefined) continue;
    const { scope, resource } = record.origin;
    if (scope !== lastScope || resource !== lastResource) {
      run = groupOf(resources, resource, scope);
      lastScope = scope;
      lastResource = resource;
    }
    run.push(record);
  }
  return resources;
}

function groupOf<R>(
  resources: Map<Resource, ScopeGroups<R>>,
  resource: Resource,
  scope: InstrumentationScope,
): R[] {
  let groups = resources.get(resource);
  if (groups === undefined) {
    groups = new Map();
    resources.set(resource, groups);
  }
  let records = groups.get(scope);
  if (records === undefined) {
    records = [];
    groups.set(scope, records);
  }
  return records;
}

/** How many units the last writeScope put down. */
let written = 0;

function writeScope<T, R extends Originated>(
  position: number,
  scope: InstrumentationScope,
  records: readonly R[],
  writer: RecordWriter<T, R>,
): number {
  written = 0;
  reserve(position, 0);
  const start = writeByte(position, 0x12);
  const field = scopeField(scope);
  reserve(start, field.length);
  let p = writeRaw(start + WIDE_LENGTH, field);
  for (let index = 0; index < records.length; index++) {
    try {
      const record = records[index]!;
      p = writer.write(p, record);
      written += writer.sizeOf === undefined ? 1 : writer.sizeOf(record);
    } catch (error) {
      // Values are copied when they are set; only a processor that put something hostile into a public object gets here.
      report('error', 'encoding_failed', `A ${writer.what} could not be encoded and is dropped`, error);
    }
  }
  if (scope.schemaUrl !== undefined && scope.schemaUrl !== '') {
    reserve(p, scope.schemaUrl.length * 3);
    p = writeString(writeByte(p, 0x1a), scope.schemaUrl);
  }
  closeWide(start, p);
  return p;
}
