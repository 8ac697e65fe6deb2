/** The resource that all signals share: detectors, over them the environment, over that what code gives. */
import { detectResources } from '../resources/detect.ts';
import type { ResourceDetector } from '../resources/detector.ts';
import { envDetector } from '../resources/environment.ts';
import { hostDetector } from '../resources/host.ts';
import { osDetector } from '../resources/os.ts';
import { processDetector } from '../resources/process.ts';
import { serviceInstanceIdDetector } from '../resources/service-instance.ts';
import { type Resource, resourceFromAttributes } from '../sdk/common/resource.ts';
import type { SdkOptions } from './options.ts';

const DEFAULT_DETECTORS: readonly ResourceDetector[] = [
  hostDetector,
  osDetector,
  processDetector,
  serviceInstanceIdDetector,
];

/** To be given to providers, which merge it over the SDK's default resource. */
export function sharedResource(options: SdkOptions): Resource {
  const detectors =
    options.autoDetectResources === false ? [] : (options.resourceDetectors ?? DEFAULT_DETECTORS);
  let resource = detectResources({ detectors: [...detectors, envDetector] });
  if (options.resource !== undefined) resource = resource.merge(options.resource);
  if (options.serviceName !== undefined) {
    resource = resource.merge(resourceFromAttributes({ 'service.name': options.serviceName }));
  }
  return resource;
}
