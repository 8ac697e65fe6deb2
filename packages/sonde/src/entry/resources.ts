/** `sonde/resources`: resources, and the detectors that find out what the program runs as, and on. */
export { resourceDetectorsByName } from '../resources/built-in.ts';
export { detectResources } from '../resources/detect.ts';
export type { DetectedResource, ResourceDetectionConfig, ResourceDetector } from '../resources/detector.ts';
export {
  envDetector,
  resourceAttributesEnvDetector,
  serviceNameEnvDetector,
} from '../resources/environment.ts';
export { hostDetector } from '../resources/host.ts';
export { osDetector } from '../resources/os.ts';
export { createProcessDetector, type ProcessDetectorOptions, processDetector } from '../resources/process.ts';
export { serviceDetector, serviceInstanceIdDetector } from '../resources/service-instance.ts';
export { defaultResource, defaultServiceName } from '../sdk/common/default-resource.ts';
export {
  type DetectedResourceAttributes,
  type DetectedResourceAttributeValue,
  emptyResource,
  type RawResourceAttribute,
  type Resource,
  type ResourceOptions,
  resourceFromAttributes,
} from '../sdk/common/resource.ts';
