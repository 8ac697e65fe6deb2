/** `sonde/bridges/bunyan`: bunyan 1. */
export {
  BunyanInstrumentation,
  type BunyanInstrumentationConfig,
  bridgeBunyan,
} from '../../bridges/bunyan/instrumentation.ts';
export type { LogBridgeConfig, LogHook, LogKeys } from '../../bridges/shared/config.ts';
