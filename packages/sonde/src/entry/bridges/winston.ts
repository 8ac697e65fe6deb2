/** `sonde/bridges/winston`: winston 1 to 3. */
export type { LogBridgeConfig, LogHook, LogKeys } from '../../bridges/shared/config.ts';
export {
  bridgeWinston,
  WinstonInstrumentation,
  type WinstonInstrumentationConfig,
} from '../../bridges/winston/instrumentation.ts';
