/**
 * What a sampler is, to users and to the tracer. Users see the shape of the official SDK, so that samplers move over
 * unchanged in both directions; our own samplers also answer a faster question, see `FastSampler`.
 */

// biome-ignore lint/suspicious/noExplicitAny: placeholder
type Pending = any;

/**
 * What becomes of a span: not recorded, recorded but not exported, or recorded and exported.
 * A value and a type of the same name, with the numbers that samplers written for the official SDK return.
 */
export const SamplingDecision = {
  /** `isRecording()` is false: attributes and events are thrown away. */
  NOT_RECORD: 0,
  /** `isRecording()` is true, the sampled flag is not set: span processors see the span, exporters don't. */
  RECORD: 1,
  /** `isRecording()` is true and the sampled flag is set. */
  RECORD_AND_SAMPLED: 2,
} as const;
export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

/** The answer of a sampler. The tracer never changes it, so a sampler may return the same object each time. */
export interface SamplingResult {
  decision: SamplingDecision;
  /** Added to the attributes of the span. */
  attributes?: Readonly<Pending> | undefined;
  /** The tracestate of the new span; an empty one clears what the parent had, undefined leaves it as it is. */
  traceState?: Pending | undefined;
}

/**
 * Decides which spans are recorded (trace SDK specification, "Sampler"). It may throw: the tracer then does not
 * record the span and says so.
 */
export interface Sampler {
  /**
   * @param context the parent context; it may hold a span
   * @param traceId 32 lower-case hexadecimal digits: the parent's trace id, or the new one for a root span
   * @param spanName the name given to the span
   * @param spanKind the kind given to the span
   * @param attributes the attributes given at the start
   * @param links the links given at the start
   */
  shouldSample(
    context: Pending,
    traceId: string,
    spanName: string,
    spanKind: Pending,
    attributes: Pending,
    links: Pending[],
  ): SamplingResult;
  /** The name of the sampler and its configuration. */
  toString(): string;
}

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
