/** `sonde/instrumentation/http`: servers and clients of node:http and node:https. */
export { HttpInstrumentation } from '../../instrumentation/http/instrumentation.ts';
export type {
  HeadersToSpanAttributes,
  HttpInstrumentationConfig,
} from '../../instrumentation/http/options.ts';
