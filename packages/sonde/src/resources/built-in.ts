/** The detectors that configuration refers to by name. */
import type { ResourceDetector } from './detector.ts';
import { envDetector } from './environment.ts';
import { hostDetector } from './host.ts';
import { osDetector } from './os.ts';
import { processDetector } from './process.ts';
import { serviceDetector } from './service-instance.ts';

/** Names reserved by the specification for what SDKs bring along; `host` stands for the operating system, too. */
const BY_NAME: Readonly<Record<string, readonly ResourceDetector[]>> = {
  env: [envDetector],
  host: [hostDetector, osDetector],
  os: [osDetector],
  process: [processDetector],
  service: [serviceDetector],
};

/** The detectors that a configuration means by `name`, or undefined if there are none of that name. */
export function resourceDetectorsByName(name: string): readonly ResourceDetector[] | undefined {
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}
