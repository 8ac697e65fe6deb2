/** The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name, for providers that are given none in code. */

import { shown } from '../../../internal/shown.ts';
import { reportOnce } from '../../common/diagnostics.ts';
import { readEnv, readEnvIfSet, reportUnavailable } from '../../common/environment.ts';
import { AlwaysOffSampler } from './always-off-sampler.ts';
import { AlwaysOnSampler } from './always-on-sampler.ts';
import { ParentBasedSampler } from './parent-based-sampler.ts';
import type { Sampler } from './sampler.ts';
import { TraceIdRatioBasedSampler } from './trace-id-ratio-based-sampler.ts';

const AVAILABLE: Readonly<Record<string, () => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: () => new TraceIdRatioBasedSampler(ratioFromEnvironment()),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: () =>
    new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratioFromEnvironment()) }),
};

/**
 * The default is ParentBased(root=AlwaysOn). A sampler that this version does not have is said, and nothing is sampled
 * at the root in its place: recording everything could cost more than anybody asked for.
 */
export function samplerFromEnvironment(): Sampler {
  const name = readEnv('OTEL_TRACES_SAMPLER');
  const make = AVAILABLE[name];
  if (make !== undefined) return make();
  reportUnavailable('OTEL_TRACES_SAMPLER', name, Object.keys(AVAILABLE));
  return new ParentBasedSampler({ root: new AlwaysOffSampler() });
}

/** A ratio from 0 to 1; anything else is said and ignored, which means 1 (sdk-environment-variables.md#general). */
function ratioFromEnvironment(): number {
  const text = readEnvIfSet('OTEL_TRACES_SAMPLER_ARG');
  if (text === undefined) return 1;
  const ratio = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  reportOnce(
    'warn',
    'env_invalid',
    `OTEL_TRACES_SAMPLER_ARG=${text}`,
    `OTEL_TRACES_SAMPLER_ARG=${shown(text)} is ignored and 1 is used: a ratio from 0 to 1 is allowed`,
  );
  return 1;
}
