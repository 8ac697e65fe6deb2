/**
 * What Node knows about the process, the host and the operating system it runs on, in the platform's own words.
 * Nothing is read until asked, and node:os is fetched as a built-in at that moment: most programs never ask.
 */

/** Facts about this process. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly executableName: string;
  readonly executablePath: string;
  /** The script, or the executable if there is none. */
  readonly command: string;
  readonly commandArgs: readonly string[];
  readonly owner: string | undefined;
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly runtimeDescription: string;
}

/** Facts about the machine. `arch` is the runtime's word for it. */
export interface HostInfo {
  readonly name: string;
  readonly arch: string;
}

/** Facts about the operating system. `type` is the runtime's word for it. */
export interface OsInfo {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** The name of the program without its path. */
export function processName(): string | undefined {
  const { execPath } = process;
  return execPath.slice(Math.max(execPath.lastIndexOf('/'), execPath.lastIndexOf('\\')) + 1) || undefined;
}

export function processInfo(): ProcessInfo | undefined {
  const [executable = process.execPath, ...rest] = process.argv;
  return {
    pid: process.pid,
    parentPid: process.ppid,
    executableName: processName() ?? process.title,
    executablePath: process.execPath,
    command: rest[0] ?? executable,
    commandArgs: [executable, ...process.execArgv, ...rest],
    owner: userName(),
    runtimeName: 'nodejs',
    runtimeVersion: process.versions.node,
    runtimeDescription: 'Node.js',
  };
}

/** Undefined for a user id without an entry in the user database, which is common in containers. */
function userName(): string | undefined {
  try {
    return os().userInfo().username;
  } catch {
    return undefined;
  }
}

export function hostInfo(): HostInfo | undefined {
  return { name: os().hostname(), arch: process.arch };
}

export function osInfo(): OsInfo | undefined {
  return { type: process.platform, name: os().type(), version: os().release(), description: os().version() };
}

/**
 * The id that the operating system gave this installation, or undefined. Read without blocking; on the systems where
 * only a command knows it (macOS, Windows), the command starts after the program has, never during its start-up.
 */
export async function machineId(): Promise<string | undefined> {
  switch (process.platform) {
    case 'linux':
      return (await firstLine('/etc/machine-id')) ?? (await firstLine('/var/lib/dbus/machine-id'));
    case 'freebsd':
    case 'openbsd':
    case 'netbsd':
      return await firstLine('/etc/hostid');
    case 'darwin':
      return await matchInOutput(
        'ioreg',
        ['-rd1', '-c', 'IOPlatformExpertDevice'],
        /"IOPlatformUUID" = "([^"]+)"/,
      );
    case 'win32':
      return await matchInOutput(
        'reg',
        ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid', '/reg:64'],
        /MachineGuid\s+REG_SZ\s+(\S+)/,
      );
    default:
      return undefined;
  }
}

/** With a callback: `fs.promises` is another 1 MB (Node 20) or 2 MB (Node 26) of modules. */
function firstLine(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    process.getBuiltinModule('node:fs').readFile(path, 'utf8', (error, text) => {
      resolve(error === null ? text.trim().split('\n')[0] || undefined : undefined);
    });
  });
}

/** How long after start the command is run, and how long it may take, in milliseconds. */
const COMMAND_DELAY = 100;
const COMMAND_TIMEOUT = 2_000;

function matchInOutput(command: string, args: string[], pattern: RegExp): Promise<string | undefined> {
  return new Promise((resolve) => {
    const run = () => {
      const options = { timeout: COMMAND_TIMEOUT, windowsHide: true };
      const { execFile } = process.getBuiltinModule('node:child_process');
      const child = execFile(command, args, options, (_error, output) => {
        resolve(pattern.exec(output ?? '')?.[1]);
      });
      child.unref();
    };
    setTimeout(() => {
      try {
        run();
      } catch {
        resolve(undefined);
      }
    }, COMMAND_DELAY).unref();
  });
}

function os(): typeof import('node:os') {
  return process.getBuiltinModule('node:os');
}
