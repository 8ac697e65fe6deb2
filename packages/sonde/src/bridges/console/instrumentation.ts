/** ConsoleInstrumentation: what a program prints with `console` to the logs API. Opt-in, since it is often a program's output. */
import type { LoggerProviderLike } from '../../api/logs/logger.ts';
import { InstrumentationBase } from '../../instrumentation/instrumentation.ts';
import type { LogBridgeConfig } from '../shared/config.ts';
import { LogSender } from '../shared/log-sender.ts';
import { type ConsoleBridge, patchConsole } from './patch.ts';

const NAME = 'sonde/bridges/console';
const VERSION = '0.1.0';

/** Options of {@link ConsoleInstrumentation} and {@link bridgeConsole}. The console's own output stays as it is. */
export interface ConsoleInstrumentationConfig
  extends Omit<LogBridgeConfig, 'disableLogCorrelation' | 'logKeys' | 'logHook'> {}

/** Sends what is printed with the global `console` to the logs API. Enabled when made, unless told otherwise. */
export class ConsoleInstrumentation extends InstrumentationBase<ConsoleInstrumentationConfig> {
  #bridge: ConsoleBridge;
  #undo: (() => void) | undefined;

  constructor(config: ConsoleInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
    this.#bridge = bridgeOf(config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: ConsoleInstrumentationConfig): void {
    super.setConfig(config);
    Object.assign(this.#bridge, bridgeOf(config));
  }

  override setLoggerProvider(provider: LoggerProviderLike): void {
    this.#bridge.sender.setProvider(provider);
  }

  protected override patch(): void {
    this.#undo = patchConsole(globalThis.console, this.#bridge);
  }

  protected override unpatch(): void {
    this.#undo?.();
    this.#undo = undefined;
  }
}

/**
 * The same by hand, for any console.
 * @returns what leaves the console as it was found
 * @example bridgeConsole(console);
 */
export function bridgeConsole(target: object, config: ConsoleInstrumentationConfig = {}): () => void {
  return patchConsole(target, bridgeOf(config));
}

function bridgeOf(config: ConsoleInstrumentationConfig): ConsoleBridge {
  return { sender: new LogSender(NAME, VERSION, config) };
}
