/** Which measurements may become exemplars (specification: metrics/sdk.md#exemplarfilter). */

import { shown } from '../../../internal/shown.ts';
import { readEnv } from '../../common/environment.ts';

/** The filters: all measurements, none, or those made in a sampled span. */
export type ExemplarFilter = 'always_on' | 'always_off' | 'trace_based';

/** The filter as streams compare it. */
export const EXEMPLARS_OFF = 0;
export const EXEMPLARS_IN_SAMPLED_SPANS = 1;
export const EXEMPLARS_ON = 2;

const MODES: Readonly<Record<ExemplarFilter, number>> = {
  always_off: EXEMPLARS_OFF,
  trace_based: EXEMPLARS_IN_SAMPLED_SPANS,
  always_on: EXEMPLARS_ON,
};

/**
 * The given filter; without one, OTEL_METRICS_EXEMPLAR_FILTER decides.
 * @throws TypeError naming the option, what was given and what is allowed
 */
export function resolveExemplarFilter(given: ExemplarFilter | undefined): number {
  const filter = given ?? readEnv('OTEL_METRICS_EXEMPLAR_FILTER');
  if (typeof filter === 'string' && Object.hasOwn(MODES, filter)) return MODES[filter];
  throw new TypeError(
    `exemplarFilter must be 'always_on', 'always_off' or 'trace_based', got ${shown(given)}`,
  );
}
