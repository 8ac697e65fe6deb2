/** The sampler that keeps no span. */
import { type FastSampler, type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

/** Drops every span, whatever its parent says (trace/sdk.md, "AlwaysOff"). */
export class AlwaysOffSampler implements Sampler {
  /** @internal */
  readonly needsTraceId: boolean = false;
  /** @internal */
  readonly decidesFor: FastSampler['decidesFor'] = AlwaysOffSampler.prototype.shouldSample;

  shouldSample(): SamplingResult {
    return { decision: SamplingDecision.NOT_RECORD };
  }

  /** @internal */
  decide(): SamplingDecision {
    return SamplingDecision.NOT_RECORD;
  }

  toString(): string {
    return 'AlwaysOffSampler';
  }
}
