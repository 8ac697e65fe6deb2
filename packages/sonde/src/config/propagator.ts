/** The propagator that OTEL_PROPAGATORS names. */
import { loadPart } from '#platform';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import type { B3Propagator } from '../propagators/b3.ts';
import { W3CBaggagePropagator } from '../propagators/baggage.ts';
import { CompositePropagator } from '../propagators/composite.ts';
import type { JaegerPropagator } from '../propagators/jaeger.ts';
import type { OTTracePropagator } from '../propagators/ot-trace.ts';
import { W3CTraceContextPropagator } from '../propagators/trace-context.ts';
import type { AWSXRayPropagator } from '../propagators/xray.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import { readEnv } from '../sdk/common/environment.ts';
import { availableOf } from './selection.ts';

/** What is loaded only when a variable names it. */
interface OlderFormats {
  readonly B3Propagator: typeof B3Propagator;
  readonly JaegerPropagator: typeof JaegerPropagator;
  readonly OTTracePropagator: typeof OTTracePropagator;
  readonly AWSXRayPropagator: typeof AWSXRayPropagator;
}

const older = (): OlderFormats => loadPart('sonde/propagators') as OlderFormats;

const MULTI_HEADER = 1;

const AVAILABLE: Readonly<Record<string, () => TextMapPropagator>> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => new (older().B3Propagator)(),
  b3multi: () => new (older().B3Propagator)({ injectEncoding: MULTI_HEADER }),
  jaeger: () => new (older().JaegerPropagator)(),
  xray: () => new (older().AWSXRayPropagator)(),
  ottrace: () => new (older().OTTracePropagator)(),
};

/** Undefined for `none`, and when nothing of what is named exists in this version. */
export function propagatorFromEnvironment(): TextMapPropagator | undefined {
  const makers = availableOf('OTEL_PROPAGATORS', readEnv('OTEL_PROPAGATORS'), AVAILABLE);
  const propagators = makers.map(made).filter((propagator) => propagator !== undefined);
  return propagators.length > 1 ? new CompositePropagator({ propagators }) : propagators[0];
}

function made(make: () => TextMapPropagator): TextMapPropagator | undefined {
  try {
    return make();
  } catch (error) {
    reportOnce(
      'warn',
      'part_not_loaded',
      'propagators',
      'A propagator that OTEL_PROPAGATORS names is left out: a bundle does not hold it; ' +
        'give it to startSdk as textMapPropagator',
      error,
    );
    return undefined;
  }
}
