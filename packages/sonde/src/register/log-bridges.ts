/**
 * The log bridges of zero-code start. Each is loaded when its library is: a program without pino never loads the bridge to
 * pino. What a bridge changes, and in which versions, it knows itself; here is only what gives it away.
 */
import { loadPart } from '#platform';
import type { Instrumentation } from '../instrumentation/instrumentation.ts';
import { addModulePatches } from '../instrumentation/modules/module-patches.ts';

interface BridgeRow {
  /** The file of the library that is loaded last. */
  readonly file: string;
  /** The class in the bridge's entry, `sonde/bridges/<library>`. */
  readonly instrumentation: string;
}

const ROWS: Readonly<Record<string, BridgeRow>> = {
  pino: { file: 'pino.js', instrumentation: 'PinoInstrumentation' },
  winston: { file: 'lib/winston.js', instrumentation: 'WinstonInstrumentation' },
  bunyan: { file: 'lib/bunyan.js', instrumentation: 'BunyanInstrumentation' },
  log4js: { file: 'lib/log4js.js', instrumentation: 'Log4jsInstrumentation' },
};

/** The libraries that have a bridge. */
export const BRIDGED_LIBRARIES: readonly string[] = Object.keys(ROWS);

/** Switches the bridge to a library on as soon as the library is loaded. `disable()` does so for one that never was, too. */
export function bridgeWhenLoaded(library: string): { disable(): void } {
  const { file, instrumentation } = ROWS[library]!;
  let remove: (() => void) | undefined;
  let bridge: Instrumentation | undefined;
  const patch = (): undefined => {
    if (bridge !== undefined) return;
    bridge = makeBridge(library, instrumentation);
    remove?.();
  };
  remove = addModulePatches([{ package: library, versions: '>=0', file, patch }]);
  return {
    disable() {
      remove?.();
      bridge?.disable();
    },
  };
}

/** Switches the bridge to the console on: the program has a console from its first line. */
export function bridgeConsole(): { disable(): void } {
  return makeBridge('console', 'ConsoleInstrumentation');
}

function makeBridge(name: string, instrumentation: string): Instrumentation {
  const part = loadPart(`sonde/bridges/${name}`) as Record<string, new () => Instrumentation>;
  return new part[instrumentation]!();
}
