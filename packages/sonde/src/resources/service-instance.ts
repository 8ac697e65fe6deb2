/** The detectors of the service: its instance id, and with it the name from the environment. */
import { fillRandom } from '#platform';
import { processState } from '../internal/process-state.ts';
import { environmentServiceName } from '../sdk/common/default-resource.ts';
import { type DetectedResource, detected, type ResourceDetector } from './detector.ts';

/** `service.instance.id`: a random UUID, the same for the life of the process and for all its providers. */
export const serviceInstanceIdDetector: ResourceDetector = {
  name: 'service_instance',
  detect: (): DetectedResource => detected({ 'service.instance.id': instanceId() }),
};

/** What configuration calls `service`: `service.name` of OTEL_SERVICE_NAME and `service.instance.id`. */
export const serviceDetector: ResourceDetector = {
  name: 'service',
  detect: (): DetectedResource =>
    detected({ ...environmentServiceName(), 'service.instance.id': instanceId() }),
};

function instanceId(): string {
  return processState('service-instance-id.1', randomUuid);
}

/** RFC 9562, version 4. Not crypto.randomUUID: pages that are not served over https don't have it. */
function randomUuid(): string {
  const words = new Uint32Array(4);
  fillRandom(words);
  let hex = '';
  for (const word of words) hex += word.toString(16).padStart(8, '0');
  const variant = '89ab'.charAt((words[2] ?? 0) >>> 30);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
