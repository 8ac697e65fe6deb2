/** `sonde/bridges/console`: what is printed with `console`. */
export {
  bridgeConsole,
  ConsoleInstrumentation,
  type ConsoleInstrumentationConfig,
} from '../../bridges/console/instrumentation.ts';
