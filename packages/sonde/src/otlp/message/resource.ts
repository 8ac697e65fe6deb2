/**
 * Resource and InstrumentationScope in protobuf. Both are the same for thousands of records: their bytes are made once
 * and kept for as long as the object lives.
 *
 *   Resource { 1 attributes, 2 dropped_attributes_count }
 *   InstrumentationScope { 1 name, 2 version, 3 attributes, 4 dropped_attributes_count }
 */
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import {
  close,
  open,
  reserve,
  writeByte,
  writeRaw,
  writeString,
  writeVarint,
} from '../wire/protobuf-writer.ts';
import { encodeOnce, writeEntries } from './any-value.ts';

const resourceFields = /* @__PURE__ */ new WeakMap<Resource, Uint8Array>();
const scopeFields = /* @__PURE__ */ new WeakMap<InstrumentationScope, Uint8Array>();

/** `Resource` as field 1 of a ResourceSpans, ResourceMetrics or ResourceLogs. */
export function resourceField(resource: Resource): Uint8Array {
  const known = resourceFields.get(resource);
  if (known !== undefined) return known;
  const field = encodeOnce((position) => {
    const start = writeByte(position, 0x0a);
    return close(start, writeEntries(open(start), 0x0a, resource.attributes));
  });
  // While attributes are pending the bytes are not the last word on this resource.
  if (resource.asyncAttributesPending !== true) resourceFields.set(resource, field);
  return field;
}

/** `InstrumentationScope` as field 1 of a ScopeSpans, ScopeMetrics or ScopeLogs. */
export function scopeField(scope: InstrumentationScope): Uint8Array {
  let field = scopeFields.get(scope);
  if (field === undefined) {
    field = encodeOnce((position) => {
      const start = writeByte(position, 0x0a);
      return close(start, writeScope(open(start), scope));
    });
    scopeFields.set(scope, field);
  }
  return field;
}

function writeScope(position: number, scope: InstrumentationScope): number {
  let p = position;
  if (scope.name !== '') p = writeString(writeByte(p, 0x0a), scope.name);
  if (scope.version !== undefined && scope.version !== '') p = writeString(writeByte(p, 0x12), scope.version);
  if (scope.attributes !== undefined) p = writeEntries(p, 0x1a, scope.attributes);
  return p;
}

/** The whole request around the encoded scopes of one resource: `resource_spans` and kin are field 1, schema_url 3. */
export function completeRequest(resource: Resource, scopes: Uint8Array): Uint8Array[] {
  const field = resourceField(resource);
  const schemaUrl = schemaUrlField(resource.schemaUrl);
  const head = encodeOnce((position) => {
    reserve(position, field.length);
    const p = writeVarint(writeByte(position, 0x0a), field.length + scopes.length + schemaUrl.length);
    return writeRaw(p, field);
  });
  return schemaUrl.length === 0 ? [head, scopes] : [head, scopes, schemaUrl];
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** `schema_url`, field 3 of every Resource* and Scope* message. */
export function schemaUrlField(schemaUrl: string | undefined): Uint8Array {
  if (schemaUrl === undefined || schemaUrl === '') return NOTHING;
  return encodeOnce((position) => writeString(writeByte(position, 0x1a), schemaUrl));
}
