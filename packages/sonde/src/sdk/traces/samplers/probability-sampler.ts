/** The sampler whose decisions agree across services and languages, and say how many spans a sampled one stands for. */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { Context } from '../../../api/context/context.ts';
import type { Link } from '../../../api/trace/span.ts';
import { getSpanContext } from '../../../api/trace/span-in-context.ts';
import type { SpanKind } from '../../../api/trace/span-kind.ts';
import { TraceFlags } from '../../../api/trace/trace-flags.ts';
import { shown } from '../../../internal/shown.ts';
import { reportOnce } from '../../common/diagnostics.ts';
import { readOtEntry, withThreshold } from './ot-trace-state.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';
import { fullThreshold, MIN_PROBABILITY, randomnessOf, thresholdOf } from './threshold.ts';

/**
 * Samples the given share of traces by their randomness: the `rv` of the tracestate, else the trace id, which is taken
 * to be random. What is sampled carries its threshold in the tracestate, as `ot=th:…` (trace/sdk.md, "ProbabilitySampler").
 * Ignores what the parent did; as the root of a ParentBasedSampler it keeps traces whole.
 */
export class ProbabilitySampler implements Sampler {
  /** @internal */
  readonly readsFlagBits: boolean = true;
  readonly #ratio: number;
  readonly #threshold: string;
  readonly #full: string;

  /**
   * @param ratio from 2^-56 to 1; 0 samples nothing
   * @throws RangeError for anything else
   */
  constructor(ratio: number = 1) {
    this.#ratio = checkedProbability('ProbabilitySampler', ratio);
    this.#threshold = ratio === 0 ? '' : thresholdOf(ratio);
    this.#full = fullThreshold(this.#threshold);
  }

  shouldSample(
    context: Context,
    traceId: string,
    _spanName?: string,
    _spanKind?: SpanKind,
    _attributes?: Attributes,
    _links?: Link[],
  ): SamplingResult {
    const parent = getSpanContext(context);
    const traceState = parent?.traceState;
    const entry = readOtEntry(traceState);
    if (parent !== undefined && entry.randomness === undefined) warnUnlessRandom(parent.traceFlags);
    const isSampled = this.#ratio > 0 && randomnessOf(entry.randomness, traceId) >= this.#full;
    const updated = withThreshold(traceState, entry, isSampled ? this.#threshold : undefined);
    return {
      decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      ...(updated === undefined ? undefined : { traceState: updated }),
    };
  }

  toString(): string {
    return `ProbabilitySampler{${this.#ratio}}`;
  }
}

/** Somebody upstream makes ids of a kind nobody knows: then the share that is sampled may be another one. */
function warnUnlessRandom(parentFlags: number): void {
  if ((parentFlags & TraceFlags.RANDOM) !== 0) return;
  reportOnce(
    'warn',
    'sampler_randomness',
    '',
    'A ProbabilitySampler takes a trace id for random although the random flag of its parent is not set: ' +
      'the service that began the trace may not follow W3C Trace Context level 2',
  );
}

/** @throws RangeError for what is no probability, naming who was given it */
export function checkedProbability(owner: string, ratio: number): number {
  if (typeof ratio === 'number' && (ratio === 0 || (ratio >= MIN_PROBABILITY && ratio <= 1))) return ratio;
  throw new RangeError(`The ratio of a ${owner} must be 0 or a number from 2^-56 to 1, not ${shown(ratio)}`);
}
