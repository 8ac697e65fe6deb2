/**
 * What a sampler is, to users and to the tracer. Users see the shape of the official SDK, so that samplers move over
 * unchanged in both directions; our own samplers also answer a faster question, see `FastSampler`.
 */

import { type Sampler, SamplingDecision, type SamplingResult } from '../../../api/trace/sampler.ts';

// The interface is the API's; whoever writes a sampler finds it here, beside ours.
export { type Sampler, SamplingDecision, type SamplingResult };

/**
 * What the tracer asks our own samplers: no context, no hexadecimal strings, no result object; the facts about the
 * parent come as numbers. A sampler that implements it answers the same as its `shouldSample`, and never returns
 * attributes or a tracestate.
 * @internal
 */
export interface FastSampler extends Sampler {
  /** Whether `decide` reads the two words of the trace id. If not, the tracer need not have made an id yet. */
  readonly needsTraceId: boolean;
  /**
   * The `shouldSample` that `decide` stands for. A subclass or a test that replaces `shouldSample` makes the two
   * differ, and the tracer goes back to the slow question.
   */
  readonly decidesFor: Sampler['shouldSample'] | undefined;
  /**
   * @param parentFlags the W3C flags of the parent span, or -1 if there is no valid parent
   * @param parentIsRemote whether the parent came from another process
   * @param traceIdLowHigh the third 32-bit word of the trace id (bytes 8 to 11)
   * @param traceIdLowLow the fourth word (bytes 12 to 15)
   */
  decide(
    parentFlags: number,
    parentIsRemote: boolean,
    traceIdLowHigh: number,
    traceIdLowLow: number,
  ): SamplingDecision;
}

/**
 * The sampler as a fast one, or undefined if it has to be asked through `shouldSample`: because it is not ours, because
 * someone overrode `shouldSample`, or because a delegate of it is not fast.
 * @internal
 */
export function fastSampler(sampler: Sampler): FastSampler | undefined {
  const candidate = sampler as Partial<FastSampler>;
  return candidate.decide !== undefined && candidate.decidesFor === sampler.shouldSample
    ? (candidate as FastSampler)
    : undefined;
}

/** @internal What those of our samplers carry that are not, or not always, fast. */
export interface FlagReader extends Sampler {
  readonly readsFlagBits: boolean;
}

/**
 * Whether the sampler reads the flags of a span bit by bit. All of ours do; of others it is not known, and Sentry's takes a
 * parent for sampled only when the flags are exactly 1, as they always are in the official SDK.
 * @internal
 */
export function readsFlagBits(sampler: Sampler): boolean {
  return (sampler as Partial<FlagReader>).readsFlagBits === true || fastSampler(sampler) !== undefined;
}
