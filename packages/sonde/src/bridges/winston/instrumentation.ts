/** WinstonInstrumentation: winston 1 to 3 to the logs API, under the name and options of the official one. */
import type { LoggerProviderLike } from '../../api/logs/logger.ts';
import { ModuleInstrumentation } from '../../instrumentation/modules/module-instrumentation.ts';
import type { ModulePatch } from '../../instrumentation/modules/module-patches.ts';
import type { LogBridgeConfig } from '../shared/config.ts';
import { LogSender } from '../shared/log-sender.ts';
import { TraceFields } from '../shared/trace-fields.ts';
import { patchOldWinston } from './old-winston.ts';
import { patchWinston, type WinstonBridge } from './patch.ts';

const NAME = 'sonde/bridges/winston';
const VERSION = '0.1.0';

/** Options of {@link WinstonInstrumentation} and {@link bridgeWinston}. */
export interface WinstonInstrumentationConfig extends LogBridgeConfig {}

/**
 * Sends what winston's transports write to the logs API, each record once, at the level of the transports and after the
 * formats, and adds the ids of the active span to winston's records. Enabled when made, unless told otherwise.
 */
export class WinstonInstrumentation extends ModuleInstrumentation<WinstonInstrumentationConfig> {
  #bridge: WinstonBridge;

  constructor(config: WinstonInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
    this.#bridge = bridgeOf(config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: WinstonInstrumentationConfig): void {
    super.setConfig(config);
    Object.assign(this.#bridge, bridgeOf(config));
  }

  override setLoggerProvider(provider: LoggerProviderLike): void {
    this.#bridge.sender.setProvider(provider);
  }

  protected override modulePatches(): readonly ModulePatch[] {
    const patch: ModulePatch['patch'] = (module) => patchLogger(module.exports, this.#bridge);
    return [{ package: 'winston', versions: '>=1 <4', file: 'lib/winston/logger.js', patch }];
  }
}

/**
 * The same by hand, for the module `winston` and so all its loggers, or for all loggers of the class of one.
 * @returns what leaves winston as it was found
 * @throws {TypeError} neither is given
 * @example bridgeWinston(winston);
 */
export function bridgeWinston(winston: object, config: WinstonInstrumentationConfig = {}): () => void {
  return patchLogger(winston, bridgeOf(config)) ?? (() => {});
}

/** The loggers of winston 3 are streams, those before are not. */
function patchLogger(target: unknown, bridge: WinstonBridge): (() => void) | undefined {
  const prototype = prototypeOf(target);
  return typeof (prototype as { _transform?: unknown })._transform === 'function'
    ? patchWinston(prototype, bridge)
    : patchOldWinston(prototype, bridge);
}

interface WinstonParts {
  readonly prototype?: object;
  readonly Logger?: unknown;
  readonly createLogger?: (options: object) => object;
}

/** The prototype of loggers, given their class, the file that exports it, the module, or a logger. */
function prototypeOf(target: unknown): object {
  const { prototype, Logger, createLogger } = Object(target) as WinstonParts;
  if (isLogger(prototype)) return prototype;
  // In winston 3.0 this is a function that only tells what has become of it.
  if (typeof Logger === 'function' && isLogger(Logger.prototype)) return Logger.prototype;
  let at: object | null = typeof createLogger === 'function' ? createLogger({}) : (Object(target) as object);
  while (at !== null && !isLogger(at)) at = Object.getPrototypeOf(at) as object | null;
  if (at === null) throw new TypeError('bridgeWinston takes winston or a logger of winston');
  return at;
}

/** By two methods that every version keeps on the class itself. */
function isLogger(value: unknown): value is object {
  return ['log', 'add'].every((name) => {
    const method = Object.getOwnPropertyDescriptor(Object(value), name)?.value as unknown;
    return typeof method === 'function';
  });
}

function bridgeOf(config: WinstonInstrumentationConfig): WinstonBridge {
  return { sender: new LogSender(NAME, VERSION, config), fields: new TraceFields(config) };
}
