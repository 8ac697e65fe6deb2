/**
 * One source of resource attributes, some of which may still be on their way. A layer settles once: when its last
 * promise has answered or its deadline has passed, whichever is first. A promise that rejects or is late leaves its
 * attribute out; nothing here ever rejects.
 */

import { clearTimer, setTimer } from '#platform';
import { isThenable } from '../../api/common/thenable.ts';
import { shown } from '../../internal/shown.ts';
import { report } from './diagnostics.ts';

export interface LayerEntry {
  readonly key: string;
  /** Undefined while open, and for good if nothing came. */
  value: unknown;
  /** The guarded promise of the value, which never rejects; undefined once settled. */
  open: Promise<unknown> | undefined;
}

export interface Layer {
  entries: LayerEntry[];
  /** Resolves when the layer has settled; undefined from then on. */
  open: Promise<void> | undefined;
}

/** What is read of a resource that another SDK made; the 1.x line has no raw attributes. */
export interface ForeignResource {
  readonly attributes: Record<string, unknown>;
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
  getRawAttributes?(): Array<[string, unknown]>;
}

/** A layer of the attributes of an object, read once; a getter that throws costs only its own attribute. */
export function layerFromAttributes(attributes: Record<string, unknown>, timeoutMillis: number): Layer {
  const pairs: Array<[string, unknown]> = [];
  for (const key of Object.keys(attributes)) {
    try {
      pairs.push([key, attributes[key]]);
    } catch (error) {
      report('warn', 'resource_attribute_invalid', `Cannot read the resource attribute ${shown(key)}`, error);
    }
  }
  return layerFromPairs(pairs, timeoutMillis);
}

/** A settled layer of values that were checked before. */
export function layerFromValues(attributes: Record<string, unknown>): Layer {
  const entries = Object.keys(attributes).map((key) => ({ key, value: attributes[key], open: undefined }));
  return { entries, open: undefined };
}

/** A layer over a resource of another SDK. */
export function layerFromForeign(resource: ForeignResource, timeoutMillis: number): Layer {
  if (typeof resource.getRawAttributes === 'function') {
    // Of several values of one key the first wins there, the last one here.
    return layerFromPairs(resource.getRawAttributes().toReversed(), timeoutMillis);
  }
  if (resource.asyncAttributesPending !== true || typeof resource.waitForAsyncAttributes !== 'function') {
    return layerFromAttributes(resource.attributes, timeoutMillis);
  }
  return layerFromPromise(
    resource.waitForAsyncAttributes().then(() => resource.attributes),
    timeoutMillis,
    'a resource of another SDK',
  );
}

/** A layer whose keys, too, are known only later: what detectors of the 1.x line return. */
export function layerFromPromise(
  attributes: PromiseLike<Record<string, unknown>>,
  timeoutMillis: number,
  what: string,
): Layer {
  const layer: Layer = { entries: [], open: undefined };
  const done = Promise.resolve(attributes).then(
    async (found) => {
      const inner = layerFromAttributes(found, timeoutMillis);
      await inner.open;
      return inner.entries;
    },
    (error) => {
      report('debug', 'resource_attribute_failed', `No resource attributes came from ${what}`, error);
      return [];
    },
  );
  layer.open = withDeadline([done], timeoutMillis, () => what).then(async (late) => {
    layer.entries = late ? [] : await done;
    layer.open = undefined;
  });
  return layer;
}

function layerFromPairs(pairs: ReadonlyArray<[string, unknown]>, timeoutMillis: number): Layer {
  const layer: Layer = { entries: [], open: undefined };
  for (const [key, value] of pairs) {
    if (typeof key !== 'string' || key === '') {
      report('warn', 'resource_attribute_invalid', 'A resource attribute with an empty key was left out');
    } else if (isThenable(value)) {
      layer.entries.push(openEntry(key, value));
    } else if (isRecordable(value, key)) {
      layer.entries.push({ key, value: Array.isArray(value) ? value.slice() : value, open: undefined });
    }
  }
  const open = layer.entries.filter((entry) => entry.open !== undefined);
  if (open.length > 0) layer.open = settled(layer, open, timeoutMillis);
  return layer;
}

function openEntry(key: string, promise: PromiseLike<unknown>): LayerEntry {
  const entry: LayerEntry = { key, value: undefined, open: undefined };
  entry.open = Promise.resolve(promise).then(
    (value) => {
      // An entry that was closed at the deadline stays as it is: resources don't change once settled.
      if (entry.open !== undefined && isRecordable(value, key)) entry.value = value;
      entry.open = undefined;
      return entry.value;
    },
    (error) => {
      entry.open = undefined;
      report(
        'debug',
        'resource_attribute_failed',
        `The resource attribute ${shown(key)} was left out`,
        error,
      );
      return undefined;
    },
  );
  return entry;
}

async function settled(layer: Layer, open: readonly LayerEntry[], timeoutMillis: number): Promise<void> {
  await withDeadline(
    open.map((entry) => entry.open),
    timeoutMillis,
    () =>
      open
        .filter((entry) => entry.open !== undefined)
        .map((entry) => shown(entry.key))
        .join(', '),
  );
  for (const entry of open) entry.open = undefined;
  layer.open = undefined;
}

/** Resolves to true if the promises, none of which rejects, were not all there in time. */
function withDeadline(
  promises: ReadonlyArray<Promise<unknown> | undefined>,
  timeoutMillis: number,
  missing: () => string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimer(() => {
      report(
        'warn',
        'resource_attribute_late',
        `Resource attributes did not come within ${timeoutMillis} ms and are left out: ${missing()}`,
      );
      resolve(true);
    }, timeoutMillis);
    void Promise.all(promises).then(() => {
      clearTimer(timer);
      resolve(false);
    });
  });
}

function isRecordable(value: unknown, key: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'function' && typeof value !== 'symbol') return true;
  report(
    'warn',
    'resource_attribute_invalid',
    `The resource attribute ${shown(key)} was left out: a ${typeof value} is no attribute value`,
  );
  return false;
}
