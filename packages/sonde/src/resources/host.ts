/** The detector of the host. */
import { hostInfo, machineId } from '#platform';
import { type DetectedResource, detected, type ResourceDetector } from './detector.ts';

/** The conventions' words for processor architectures where the runtime's differ. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: 'x86',
  arm: 'arm32',
  ppc: 'ppc32',
};

/** `host.name`, `host.arch`, and `host.id` as a promise: reading it takes a moment. */
export const hostDetector: ResourceDetector = {
  name: 'host',
  detect(): DetectedResource {
    const info = hostInfo();
    return detected(
      info && {
        'host.name': info.name,
        'host.arch': ARCHITECTURES[info.arch] ?? info.arch,
        'host.id': machineId(),
      },
    );
  },
};
