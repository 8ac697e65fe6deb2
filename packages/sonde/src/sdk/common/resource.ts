/**
 * Resource: what produces the telemetry, an immutable set of attributes and the schema they follow (specification:
 * resource/sdk.md). Attributes may be given as promises; they settle within a deadline, and from then on nothing
 * about a resource changes, so that encoders may keep its encoded form.
 *
 * A resource is a stack of layers, the updating one on top. A layer whose promises are still open is shared by every
 * resource merged from it and settles in all of them at once:
 *
 *     merge(merge(default, env), user)  ->  [ default | env | user ]   the topmost value of a key wins
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { shown } from '../../internal/shown.ts';
import { report } from './diagnostics.ts';
import { type Layer, layerFromAttributes, layerFromForeign, layerFromValues } from './resource-layer.ts';

/** An attribute value, a promise of one, or undefined where nothing was found. */
export type DetectedResourceAttributeValue = unknown | Promise<unknown>;

/** Attributes of a resource before promises have settled. */
export type DetectedResourceAttributes = Record<string, DetectedResourceAttributeValue>;

/** One attribute as `getRawAttributes` gives it. */
export type RawResourceAttribute = [string, DetectedResourceAttributeValue];

/**
 * What produces the telemetry. Made by `resourceFromAttributes`, `detectResources`, `defaultResource`,
 * `emptyResource` and `merge`; resources made by the official SDK are taken wherever one is asked for.
 */
export interface Resource {
  /** True while attributes given as promises have not settled. */
  readonly asyncAttributesPending?: boolean;
  /** The attributes known now; final once `asyncAttributesPending` is false. Not to be changed. */
  readonly attributes: Attributes;
  /** The schema that the attributes follow; undefined if unknown, or if merged resources disagreed. */
  readonly schemaUrl?: string;
  /** Resolves when every attribute has settled or its deadline has passed. Never rejects. */
  waitForAsyncAttributes?(): Promise<void>;
  /** A new resource with the attributes of both; those of `other` win, even if empty. */
  merge(other: Resource | null): Resource;
  /** Attributes with their promises, those that win first; a key may occur more than once. */
  getRawAttributes(): RawResourceAttribute[];
}

/** Options of `resourceFromAttributes`. */
export interface ResourceOptions {
  /** The schema that the attributes follow. Default: none. */
  schemaUrl?: string | undefined;
  /** How long attributes given as promises may take, in milliseconds, before they are left out. Default 5000. */
  timeoutMillis?: number | undefined;
}

/** Long enough for a metadata service on its second try, short enough not to hold up the first export. */
export const DEFAULT_DETECTION_TIMEOUT_MILLIS = 5_000;

/**
 * A resource with these attributes. Promises among the values settle within `timeoutMillis`; one that rejects leaves
 * its attribute out. Values that no attribute can have, functions and symbols, are left out with a warning.
 * @throws TypeError if the attributes or an option have the wrong type
 */
export function resourceFromAttributes(
  attributes: DetectedResourceAttributes,
  options?: ResourceOptions,
): Resource {
  if (typeof attributes !== 'object' || attributes === null) {
    throw new TypeError(`The attributes of a resource must be an object, not ${shown(attributes)}.`);
  }
  const schemaUrl = options?.schemaUrl;
  if (schemaUrl !== undefined && typeof schemaUrl !== 'string') {
    throw new TypeError(`The option schemaUrl of a resource must be a string, not ${shown(schemaUrl)}.`);
  }
  const timeoutMillis = options?.timeoutMillis ?? DEFAULT_DETECTION_TIMEOUT_MILLIS;
  if (typeof timeoutMillis !== 'number' || !(timeoutMillis >= 0)) {
    throw new TypeError(
      `The option timeoutMillis of a resource must be a number of milliseconds from 0, not ${shown(timeoutMillis)}.`,
    );
  }
  return resourceFromLayers([layerFromAttributes(attributes, timeoutMillis)], schemaUrl || undefined);
}

/** The resource without attributes and schema. */
export function emptyResource(): Resource {
  return resourceFromLayers([], undefined);
}

/**
 * Any resource as one of ours; the official SDK's, of the 1.x line too, are wrapped.
 * @throws TypeError naming `what` if the value is no resource
 */
export function asResource(value: unknown, what: string): Resource {
  if (value instanceof LayeredResource) return value as Resource;
  const candidate = value as Partial<Resource> | null | undefined;
  if (typeof candidate?.attributes !== 'object' || candidate.attributes === null) {
    throw new TypeError(
      `${what} must be a resource, as resourceFromAttributes makes it, not ${shown(value)}.`,
    );
  }
  const layer = layerFromForeign(candidate as Resource, DEFAULT_DETECTION_TIMEOUT_MILLIS);
  return resourceFromLayers([layer], candidate.schemaUrl || undefined);
}

/** A resource over layers, the lowest first. For the detectors, which make layers of their own. */
export function resourceFromLayers(layers: readonly Layer[], schemaUrl: string | undefined): Resource {
  return new LayeredResource(layers, schemaUrl) as Resource;
}

class LayeredResource {
  readonly schemaUrl: string | undefined;
  readonly #layers: readonly Layer[];
  #settledAttributes: Record<string, unknown> | undefined = undefined;

  constructor(layers: readonly Layer[], schemaUrl: string | undefined) {
    this.#layers = layers;
    this.schemaUrl = schemaUrl;
  }

  get asyncAttributesPending(): boolean {
    return this.#settledAttributes === undefined && this.#layers.some((layer) => layer.open !== undefined);
  }

  get attributes(): Record<string, unknown> {
    if (this.#settledAttributes !== undefined) return this.#settledAttributes;
    const attributes: Record<string, unknown> = {};
    for (const layer of this.#layers) {
      for (const entry of layer.entries) {
        if (entry.value !== undefined) setOwn(attributes, entry.key, entry.value);
      }
    }
    if (!this.asyncAttributesPending) this.#settledAttributes = attributes;
    return attributes;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await Promise.all(this.#layers.map((layer) => layer.open));
  }

  merge(other: Resource | null | undefined): Resource {
    if (other === null || other === undefined) return this as Resource;
    const updating = asResource(other, 'The argument of merge');
    const layers = [...this.#layers, ...(updating as unknown as LayeredResource).#layers];
    const schemaUrl = mergedSchemaUrl(this.schemaUrl, updating.schemaUrl);
    const merged = new LayeredResource(layers, schemaUrl);
    if (merged.asyncAttributesPending) return merged as Resource;
    return resourceFromLayers([layerFromValues(merged.attributes)], schemaUrl);
  }

  getRawAttributes(): RawResourceAttribute[] {
    const raw: RawResourceAttribute[] = [];
    for (const layer of this.#layers.toReversed()) {
      for (const entry of layer.entries) {
        if (entry.open !== undefined) raw.push([entry.key, entry.open]);
        else if (entry.value !== undefined) raw.push([entry.key, entry.value]);
      }
    }
    return raw;
  }
}

/** The rules of resource/sdk.md, "Merge". Two different schemas cannot be merged: the attributes are kept, no schema. */
function mergedSchemaUrl(old: string | undefined, updating: string | undefined): string | undefined {
  if (old === undefined || updating === undefined || old === updating) return old ?? updating;
  report(
    'warn',
    'resource_schema_conflict',
    `Resources of different schemas were merged, ${shown(old)} and ${shown(updating)}: ` +
      'the attributes of both are kept, the result has no schema URL',
  );
  return undefined;
}

/** Assignment that keeps a key such as `__proto__` an ordinary one. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
