/** The detector of the process. */
import { processInfo } from '#platform';
import { type DetectedResource, detected, type ResourceDetector } from './detector.ts';

/** Options of `createProcessDetector`. */
export interface ProcessDetectorOptions {
  /**
   * Also set `process.command_args`, the whole command line. Default false: arguments may hold secrets, and the
   * conventions ask not to collect them by default.
   */
  commandArgs?: boolean;
}

/** A detector of `process.*`: ids, executable, command, owner, runtime, and the command line if asked for. */
export function createProcessDetector(options: ProcessDetectorOptions = {}): ResourceDetector {
  return { name: 'process', detect: () => detectProcess(options.commandArgs === true) };
}

/** `process.*` without the command line. */
export const processDetector: ResourceDetector = {
  name: 'process',
  detect: (): DetectedResource => detectProcess(false),
};

function detectProcess(withArguments: boolean): DetectedResource {
  const info = processInfo();
  return detected(
    info && {
      'process.pid': info.pid,
      'process.parent_pid': info.parentPid,
      'process.executable.name': info.executableName,
      'process.executable.path': info.executablePath,
      'process.command': info.command,
      'process.command_args': withArguments ? info.commandArgs : undefined,
      'process.owner': info.owner,
      'process.runtime.name': info.runtimeName,
      'process.runtime.version': info.runtimeVersion,
      'process.runtime.description': info.runtimeDescription,
    },
  );
}
