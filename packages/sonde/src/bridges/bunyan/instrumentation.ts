/** BunyanInstrumentation: bunyan 1 to the logs API, under the name and options of the official one. */
import type { LoggerProviderLike } from '../../api/logs/logger.ts';
import { ModuleInstrumentation } from '../../instrumentation/modules/module-instrumentation.ts';
import type { ModulePatch } from '../../instrumentation/modules/module-patches.ts';
import type { LogBridgeConfig } from '../shared/config.ts';
import { LogSender } from '../shared/log-sender.ts';
import { TraceFields } from '../shared/trace-fields.ts';
import { type BunyanBridge, patchBunyan } from './patch.ts';

const NAME = 'sonde/bridges/bunyan';
const VERSION = '0.1.0';

/** Options of {@link BunyanInstrumentation} and {@link bridgeBunyan}. */
export interface BunyanInstrumentationConfig extends LogBridgeConfig {}

/**
 * Sends what bunyan writes to the logs API, at the level of its streams and after its serializers, and adds the ids of the
 * active span to bunyan's records. Enabled when made, unless told otherwise.
 */
export class BunyanInstrumentation extends ModuleInstrumentation<BunyanInstrumentationConfig> {
  #bridge: BunyanBridge;

  constructor(config: BunyanInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
    this.#bridge = bridgeOf(config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: BunyanInstrumentationConfig): void {
    super.setConfig(config);
    Object.assign(this.#bridge, bridgeOf(config));
  }

  override setLoggerProvider(provider: LoggerProviderLike): void {
    this.#bridge.sender.setProvider(provider);
  }

  protected override modulePatches(): readonly ModulePatch[] {
    const patch: ModulePatch['patch'] = (module) => patchBunyan(module.exports, this.#bridge);
    return [{ package: 'bunyan', versions: '>=1 <3', file: 'lib/bunyan.js', patch }];
  }
}

/**
 * The same by hand, for the module `bunyan` and so all its loggers, or for one logger.
 * @returns what leaves bunyan as it was found
 * @throws {TypeError} neither is given
 * @example bridgeBunyan(bunyan);
 */
export function bridgeBunyan(bunyan: object, config: BunyanInstrumentationConfig = {}): () => void {
  return patchBunyan(bunyan, bridgeOf(config)) ?? (() => {});
}

function bridgeOf(config: BunyanInstrumentationConfig): BunyanBridge {
  return { sender: new LogSender(NAME, VERSION, config), fields: new TraceFields(config) };
}
