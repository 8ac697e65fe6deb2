/** `sonde/propagators`: how context crosses process boundaries. */
export {
  B3_CONTEXT_HEADER,
  B3InjectEncoding,
  B3Propagator,
  type B3PropagatorConfig,
  X_B3_FLAGS,
  X_B3_SAMPLED,
  X_B3_SPAN_ID,
  X_B3_TRACE_ID,
} from '../propagators/b3.ts';
export { BAGGAGE_HEADER, W3CBaggagePropagator } from '../propagators/baggage.ts';
export {
  CompositePropagator,
  type CompositePropagatorConfig,
  type TextMapExtractor,
  type TextMapInjector,
} from '../propagators/composite.ts';
export {
  type EnvironmentCarrier,
  EnvironmentGetter,
  EnvironmentSetter,
  normalizeEnvironmentKey,
} from '../propagators/env-carrier.ts';
export { GRPC_TRACE_BIN_HEADER, GrpcTraceBinPropagator } from '../propagators/grpc-trace-bin.ts';
export {
  JaegerPropagator,
  type JaegerPropagatorConfig,
  UBER_BAGGAGE_HEADER_PREFIX,
  UBER_TRACE_ID_HEADER,
} from '../propagators/jaeger.ts';
export {
  OT_BAGGAGE_PREFIX,
  OT_SAMPLED_HEADER,
  OT_SPAN_ID_HEADER,
  OT_TRACE_ID_HEADER,
  OTTracePropagator,
} from '../propagators/ot-trace.ts';
export {
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
  W3CTraceContextPropagator,
} from '../propagators/trace-context.ts';
export { AWSXRAY_TRACE_ID_HEADER, AWSXRayPropagator } from '../propagators/xray.ts';
