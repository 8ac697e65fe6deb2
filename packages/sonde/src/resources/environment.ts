/** The detectors of what the environment says. They set no schema: what the attributes are is up to the user. */
import { environmentAttributes, environmentServiceName } from '../sdk/common/default-resource.ts';
import type { DetectedResource, ResourceDetector } from './detector.ts';

/** OTEL_RESOURCE_ATTRIBUTES. One malformed member discards all of it, which is reported. */
export const resourceAttributesEnvDetector: ResourceDetector = {
  name: 'resource_attributes_env',
  detect: (): DetectedResource => ({ attributes: environmentAttributes() }),
};

/** OTEL_SERVICE_NAME. */
export const serviceNameEnvDetector: ResourceDetector = {
  name: 'service_name_env',
  detect: (): DetectedResource => ({ attributes: environmentServiceName() }),
};

/**
 * Both variables; the service name of OTEL_SERVICE_NAME wins. A provider reads them by itself: this detector is for
 * resources that are put together by hand.
 */
export const envDetector: ResourceDetector = {
  name: 'env',
  detect: (): DetectedResource => ({
    attributes: Object.assign(environmentAttributes(), environmentServiceName()),
  }),
};
