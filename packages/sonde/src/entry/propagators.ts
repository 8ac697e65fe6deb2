/** `sonde/propagators`: how context crosses process boundaries. */
export { BAGGAGE_HEADER, W3CBaggagePropagator } from '../propagators/baggage.ts';
export {
  CompositePropagator,
  type CompositePropagatorConfig,
  type TextMapExtractor,
  type TextMapInjector,
} from '../propagators/composite.ts';
export {
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
  W3CTraceContextPropagator,
} from '../propagators/trace-context.ts';
