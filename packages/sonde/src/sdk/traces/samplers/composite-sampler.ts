/** Makes a sampler of a composable one: compares its threshold with the randomness and writes the tracestate. */

import { fillRandom } from '#platform';
import { getSpanContext } from '../../../api/trace/span-in-context.ts';
import type { TraceState } from '../../../api/trace/trace-state.ts';
import {
  type ComposableSampler,
  checkedComposable,
  NO_THRESHOLD,
  type SamplingIntent,
} from './composable/composable-sampler.ts';
import { readOtEntry, withThreshold } from './ot-trace-state.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';
import { hexOf, randomnessOf, shortened, THRESHOLD_DIGITS } from './threshold.ts';

class CompositeSampler implements Sampler {
  /** @internal */
  readonly readsFlagBits: boolean = true;
  readonly #delegate: ComposableSampler;

  constructor(delegate: ComposableSampler) {
    this.#delegate = delegate;
  }

  shouldSample(...args: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context, traceId] = args;
    const parentState = getSpanContext(context)?.traceState;
    const entry = readOtEntry(parentState);
    const intent = this.#delegate.getSamplingIntent(...args);
    const isSampled = isAtLeast(intent, () => randomnessOf(entry.randomness, traceId));
    const threshold = isSampled && intent.thresholdReliable ? shortened(hexOf(intent.threshold)) : undefined;
    const provided = provideState(intent, parentState, isSampled);
    const traceState = withThreshold(
      provided,
      provided === parentState ? entry : readOtEntry(provided),
      threshold,
    );
    return {
      decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      ...(isSampled && intent.attributes !== undefined ? { attributes: intent.attributes } : undefined),
      ...(traceState === undefined ? undefined : { traceState }),
    };
  }

  toString(): string {
    return `CompositeSampler{${this.#delegate}}`;
  }
}

/** Only a reliable threshold is compared with what all spans of the trace share; any other with a throw of its own. */
function isAtLeast(intent: SamplingIntent, randomnessOfTrace: () => string): boolean {
  if (intent.threshold <= NO_THRESHOLD) return false;
  if (intent.threshold === 0n) return true;
  const randomness = intent.thresholdReliable ? randomnessOfTrace() : freshRandomness();
  return randomness >= hexOf(intent.threshold);
}

function provideState(
  intent: SamplingIntent,
  parentState: TraceState | undefined,
  isSampled: boolean,
): TraceState | undefined {
  return intent.updateTraceState === undefined
    ? parentState
    : intent.updateTraceState(parentState, isSampled);
}

/** 56 random bits. */
function freshRandomness(): string {
  const words = new Uint32Array(2);
  fillRandom(words);
  return Array.from(words, (word) => word.toString(16).padStart(8, '0'))
    .join('')
    .slice(-THRESHOLD_DIGITS);
}

/**
 * The sampler that does what `delegate` intends, and passes its threshold on in the tracestate (trace/sdk.md#compositesampler).
 * @throws TypeError if `delegate` is no composable sampler
 */
export function createCompositeSampler(delegate: ComposableSampler): Sampler {
  return new CompositeSampler(checkedComposable('createCompositeSampler', delegate));
}
