/** `sonde/bridges/log4js`: log4js 6. */
export {
  bridgeLog4js,
  Log4jsInstrumentation,
  type Log4jsInstrumentationConfig,
} from '../../bridges/log4js/instrumentation.ts';
export type { LogBridgeConfig, LogHook, LogKeys } from '../../bridges/shared/config.ts';
