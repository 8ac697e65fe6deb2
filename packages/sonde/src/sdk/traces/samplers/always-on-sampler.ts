/** The sampler that keeps every span. */
import { type FastSampler, type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

/** Records and samples every span, whatever its parent says (trace/sdk.md, "AlwaysOn"). */
export class AlwaysOnSampler implements Sampler {
  /** @internal */
  readonly needsTraceId: boolean = false;
  /** @internal */
  readonly decidesFor: FastSampler['decidesFor'] = AlwaysOnSampler.prototype.shouldSample;

  shouldSample(): SamplingResult {
    return { decision: SamplingDecision.RECORD_AND_SAMPLED };
  }

  /** @internal */
  decide(): SamplingDecision {
    return SamplingDecision.RECORD_AND_SAMPLED;
  }

  toString(): string {
    return 'AlwaysOnSampler';
  }
}
