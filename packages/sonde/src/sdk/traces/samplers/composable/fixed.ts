/** Composable samplers whose intent is always the same: always on, always off, a probability. */
import { checkedProbability } from '../probability-sampler.ts';
import { fullThreshold, thresholdOf } from '../threshold.ts';
import { type ComposableSampler, NO_THRESHOLD, type SamplingIntent } from './composable-sampler.ts';

class Fixed implements ComposableSampler {
  readonly #intent: SamplingIntent;
  readonly #description: string;

  constructor(intent: SamplingIntent, description: string) {
    this.#intent = intent;
    this.#description = description;
  }

  getSamplingIntent(): SamplingIntent {
    return this.#intent;
  }

  toString(): string {
    return this.#description;
  }
}

/** Wants every span (trace/sdk.md#composablealwayson). */
export function createComposableAlwaysOnSampler(): ComposableSampler {
  return new Fixed({ threshold: 0n, thresholdReliable: true }, 'ComposableAlwaysOnSampler');
}

/** Wants no span (trace/sdk.md#composablealwaysoff). */
export function createComposableAlwaysOffSampler(): ComposableSampler {
  return new Fixed({ threshold: NO_THRESHOLD, thresholdReliable: false }, 'ComposableAlwaysOffSampler');
}

/**
 * Wants this share of traces, by their randomness (trace/sdk.md#composableprobability).
 * @param ratio from 2^-56 to 1; 0 is the same as always off
 * @throws RangeError for anything else
 */
export function createComposableProbabilitySampler(ratio: number): ComposableSampler {
  if (checkedProbability('composable probability sampler', ratio) === 0)
    return createComposableAlwaysOffSampler();
  const threshold = BigInt(`0x${fullThreshold(thresholdOf(ratio))}`);
  return new Fixed({ threshold, thresholdReliable: true }, `ComposableProbabilitySampler{${ratio}}`);
}

/** {@link createComposableProbabilitySampler} under the name that the official SDK has for it. */
export function createComposableTraceIDRatioBasedSampler(ratio: number): ComposableSampler {
  return createComposableProbabilitySampler(ratio);
}
