/** Log4jsInstrumentation: log4js 6 to the logs API. The official SDK has none; names and options are those of its others. */
import type { LoggerProviderLike } from '../../api/logs/logger.ts';
import { ModuleInstrumentation } from '../../instrumentation/modules/module-instrumentation.ts';
import type { ModulePatch } from '../../instrumentation/modules/module-patches.ts';
import type { LogBridgeConfig } from '../shared/config.ts';
import { LogSender } from '../shared/log-sender.ts';
import { TraceFields } from '../shared/trace-fields.ts';
import { Log4jsFlow } from './patch.ts';

const NAME = 'sonde/bridges/log4js';
const VERSION = '0.1.0';
const VERSIONS = '>=6 <7';

/** Options of {@link Log4jsInstrumentation} and {@link bridgeLog4js}. */
export interface Log4jsInstrumentationConfig extends LogBridgeConfig {}

/**
 * Sends what log4js gives to appenders to the logs API, at the level of its categories and after filters and layouts, and
 * adds the ids of the active span to the context of log4js, where layouts find them (`%X{trace_id}`). Enabled when made,
 * unless told otherwise.
 */
export class Log4jsInstrumentation extends ModuleInstrumentation<Log4jsInstrumentationConfig> {
  readonly #flow: Log4jsFlow;

  constructor(config: Log4jsInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
    this.#flow = flowOf(config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: Log4jsInstrumentationConfig): void {
    super.setConfig(config);
    this.#flow.sender = new LogSender(NAME, VERSION, config);
    this.#flow.fields = new TraceFields(config);
  }

  override setLoggerProvider(provider: LoggerProviderLike): void {
    this.#flow.sender.setProvider(provider);
  }

  protected override modulePatches(): readonly ModulePatch[] {
    const flow = this.#flow;
    const row = (file: string, patch: ModulePatch['patch']): ModulePatch => {
      return { package: 'log4js', versions: VERSIONS, file, patch };
    };
    return [
      row('lib/layouts.js', ({ exports }) => flow.patchLayouts(exports)),
      row('lib/categories.js', ({ exports }) => flow.useCategories(exports)),
      ...['logLevelFilter', 'noLogFilter', 'categoryFilter'].map((name) =>
        row(`lib/appenders/${name}.js`, ({ exports }) => flow.patchFilter(exports)),
      ),
      row('lib/logger.js', ({ exports }) => flow.patchLogger(exports)),
    ];
  }
}

/**
 * The same by hand, for the loggers of the copy of log4js that a logger is of. Custom layouts and filters are known from
 * here on, so call it before `log4js.configure`.
 * @param log4js the module, or one of its loggers
 * @returns what leaves log4js as it was found
 * @throws {TypeError} neither is given
 * @example bridgeLog4js(log4js);
 */
export function bridgeLog4js(log4js: object, config: Log4jsInstrumentationConfig = {}): () => void {
  if (!isLog4js(log4js)) throw new TypeError('bridgeLog4js takes log4js or a logger of log4js');
  // What has to be changed lies in files of log4js that it does not export; they have been loaded.
  const instrumentation = new Log4jsInstrumentation(config);
  return () => instrumentation.disable();
}

function isLog4js(value: object): boolean {
  const { getLogger, addContext } = Object(value) as Record<string, unknown>;
  return typeof getLogger === 'function' || typeof addContext === 'function';
}

function flowOf(config: Log4jsInstrumentationConfig): Log4jsFlow {
  return new Log4jsFlow(new LogSender(NAME, VERSION, config), new TraceFields(config));
}
