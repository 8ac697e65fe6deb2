/** Runs detectors and merges what they find. A detector that fails costs only what it would have found. */
import { isThenable } from '../api/common/thenable.ts';
import { report } from '../sdk/common/diagnostics.ts';
import {
  asResource,
  DEFAULT_DETECTION_TIMEOUT_MILLIS,
  emptyResource,
  type Resource,
  resourceFromAttributes,
  resourceFromLayers,
} from '../sdk/common/resource.ts';
import { layerFromPromise } from '../sdk/common/resource-layer.ts';
import type { DetectedResource, ResourceDetectionConfig, ResourceDetector } from './detector.ts';

/**
 * The merged resource of all detectors, at once: what a detector gives as a promise is added when it comes, see
 * `Resource.waitForAsyncAttributes`. Takes the detectors of the official SDK, of the 1.x line too, whose `detect`
 * returned a resource or a promise of one. Never throws: a detector that fails is reported.
 */
export function detectResources(config: ResourceDetectionConfig = {}): Resource {
  let resource = emptyResource();
  const names = new Set<string>();
  for (const detector of config.detectors ?? []) {
    const name = nameOf(detector);
    if (names.has(name)) {
      report(
        'error',
        'resource_detector_duplicate',
        `Two resource detectors have the name ${name}: both run`,
      );
    }
    names.add(name);
    resource = resource.merge(detectOne(detector, name, config));
  }
  return resource;
}

function detectOne(detector: ResourceDetector, name: string, config: ResourceDetectionConfig): Resource {
  try {
    return toResource(detector.detect(config), name, config.timeoutMillis);
  } catch (error) {
    report(
      'warn',
      'resource_detector_failed',
      `The resource detector ${name} failed: nothing of it is used`,
      error,
    );
    return emptyResource();
  }
}

/** What a detector may answer: found attributes, a resource (1.x), a promise of either (1.x), or nothing. */
function toResource(
  found: unknown,
  name: string,
  timeoutMillis = DEFAULT_DETECTION_TIMEOUT_MILLIS,
): Resource {
  if (isThenable(found)) {
    const attributes = found.then(settledAttributes);
    return resourceFromLayers(
      [layerFromPromise(attributes, timeoutMillis, `the resource detector ${name}`)],
      undefined,
    );
  }
  if (isResource(found)) return asResource(found, `The answer of the resource detector ${name}`);
  const { attributes, schemaUrl } = (found ?? {}) as DetectedResource;
  return resourceFromAttributes(attributes ?? {}, { schemaUrl, timeoutMillis });
}

async function settledAttributes(found: unknown): Promise<Record<string, unknown>> {
  const resource = (found ?? {}) as Partial<Resource>;
  await resource.waitForAsyncAttributes?.();
  return resource.attributes ?? {};
}

function isResource(found: unknown): found is Resource {
  return typeof (found as Partial<Resource> | null | undefined)?.merge === 'function';
}

/** The name given, else that of the class; an object of neither has a name that no other has. */
function nameOf(detector: ResourceDetector): string {
  try {
    const name = detector.name ?? detector.constructor.name;
    return name === 'Object' ? `without a name ${++unnamed}` : name;
  } catch {
    return `without a name ${++unnamed}`;
  }
}

let unnamed = 0;
