/** The propagators that a program gets that names none: W3C Trace Context and W3C Baggage (api-propagators.md#global-propagators). */
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { W3CBaggagePropagator } from './baggage.ts';
import { CompositePropagator } from './composite.ts';
import { W3CTraceContextPropagator } from './trace-context.ts';

export function defaultPropagator(): TextMapPropagator {
  return new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
}
