/** `sonde/bridges`: a bridge for any logging library that has none of its own. */
export type { LogHook, LogKeys } from '../bridges/shared/config.ts';
export {
  createLogBridge,
  type LogBridge,
  type LogBridgeOptions,
  type LogLine,
} from '../bridges/shared/log-bridge.ts';
