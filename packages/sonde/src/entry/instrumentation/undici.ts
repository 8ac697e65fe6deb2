/** `sonde/instrumentation/undici`: fetch and undici. */
export {
  UndiciInstrumentation,
  type UndiciInstrumentationConfig,
  type UndiciRequest,
  type UndiciResponse,
} from '../../instrumentation/undici/instrumentation.ts';
