/** What the JSON lines of all signals write the same way. */
import type { HrTime } from '../../api/common/time.ts';
import { attributesJson } from '../../sdk/common/attribute-text.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';

/** Nanoseconds since the epoch as decimal digits, by string arithmetic: they exceed 2^53. */
export function unixNano([seconds, nanoseconds]: HrTime): string {
  return seconds === 0 ? String(nanoseconds) : `${seconds}${String(nanoseconds).padStart(9, '0')}`;
}

export function scopeJson({ name, version, schemaUrl, attributes }: InstrumentationScope): object {
  return {
    name,
    version,
    schemaUrl,
    attributes: attributes === undefined ? undefined : attributesJson(attributes),
  };
}

export function resourceJson({ attributes, schemaUrl }: Resource): object {
  return { attributes: attributesJson(attributes), schemaUrl };
}
