/** PinoInstrumentation: pino 5.14 to 10 to the logs API, under the name and options of the official one. */
import type { LoggerProviderLike } from '../../api/logs/logger.ts';
import { ModuleInstrumentation } from '../../instrumentation/modules/module-instrumentation.ts';
import type { ModulePatch } from '../../instrumentation/modules/module-patches.ts';
import type { LogBridgeConfig } from '../shared/config.ts';
import { LogSender } from '../shared/log-sender.ts';
import { TraceFields } from '../shared/trace-fields.ts';
import { type PinoBridge, patchPino } from './patch.ts';

const NAME = 'sonde/bridges/pino';
const VERSION = '0.1.0';

/** Options of {@link PinoInstrumentation} and {@link bridgePino}. */
export interface PinoInstrumentationConfig extends LogBridgeConfig {}

/**
 * Sends what pino writes to the logs API, at pino's own level and after its serializers, redaction and formatters, and
 * adds the ids of the active span to pino's lines. Enabled when made, unless told otherwise.
 */
export class PinoInstrumentation extends ModuleInstrumentation<PinoInstrumentationConfig> {
  #bridge: PinoBridge;

  constructor(config: PinoInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
    this.#bridge = bridgeOf(config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: PinoInstrumentationConfig): void {
    super.setConfig(config);
    Object.assign(this.#bridge, bridgeOf(config));
  }

  override setLoggerProvider(provider: LoggerProviderLike): void {
    this.#bridge.sender.setProvider(provider);
  }

  protected override modulePatches(): readonly ModulePatch[] {
    const patch: ModulePatch['patch'] = (module) => patchPino(module.exports, this.#bridge);
    return [{ package: 'pino', versions: '>=5.14 <11', file: 'pino.js', patch }];
  }
}

/**
 * The same by hand, for the function `pino` itself and so all its loggers, or for one logger and the children made of it.
 * @returns what leaves pino as it was found
 * @throws {TypeError} neither is given
 * @example bridgePino(pino);
 */
export function bridgePino(pino: object, config: PinoInstrumentationConfig = {}): () => void {
  const undo = patchPino(pino, bridgeOf(config));
  return undo ?? (() => {});
}

function bridgeOf(config: PinoInstrumentationConfig): PinoBridge {
  return { sender: new LogSender(NAME, VERSION, config), fields: new TraceFields(config) };
}
