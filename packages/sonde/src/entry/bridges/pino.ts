/** `sonde/bridges/pino`: pino 5.14 to 10. */
export {
  bridgePino,
  PinoInstrumentation,
  type PinoInstrumentationConfig,
} from '../../bridges/pino/instrumentation.ts';
export type { LogBridgeConfig, LogHook, LogKeys } from '../../bridges/shared/config.ts';
