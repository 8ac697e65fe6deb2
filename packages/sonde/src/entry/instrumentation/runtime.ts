/** `sonde/instrumentation/runtime`: metrics of the event loop, of V8 and of the process. */
export {
  RuntimeNodeInstrumentation,
  type RuntimeNodeInstrumentationConfig,
} from '../../instrumentation/runtime/instrumentation.ts';
