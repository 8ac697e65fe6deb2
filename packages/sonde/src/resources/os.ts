/** The detector of the operating system. */
import { osInfo } from '#platform';
import { type DetectedResource, detected, type ResourceDetector } from './detector.ts';

/** The conventions' words for operating systems where the runtime's differ. */
const TYPES: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris', os390: 'zos' };

/** `os.type`, `os.name`, `os.version`, `os.description`. */
export const osDetector: ResourceDetector = {
  name: 'os',
  detect(): DetectedResource {
    const info = osInfo();
    return detected(
      info && {
        'os.type': TYPES[info.type] ?? info.type,
        'os.name': info.name,
        'os.version': info.version,
        'os.description': info.description,
      },
    );
  },
};
