/** The propagator that OTEL_PROPAGATORS names. */
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { W3CBaggagePropagator } from '../propagators/baggage.ts';
import { CompositePropagator } from '../propagators/composite.ts';
import { W3CTraceContextPropagator } from '../propagators/trace-context.ts';
import { readEnv } from '../sdk/common/environment.ts';
import { availableOf } from './selection.ts';

const AVAILABLE: Readonly<Record<string, () => TextMapPropagator>> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
};

/** Undefined for `none`, and when nothing of what is named exists in this version. */
export function propagatorFromEnvironment(): TextMapPropagator | undefined {
  const makers = availableOf('OTEL_PROPAGATORS', readEnv('OTEL_PROPAGATORS'), AVAILABLE);
  const propagators = makers.map((make) => make());
  return propagators.length > 1 ? new CompositePropagator({ propagators }) : propagators[0];
}
