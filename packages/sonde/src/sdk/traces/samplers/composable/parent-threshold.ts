/** The composable sampler that follows the parent's threshold. */
import { isSpanContextValid } from '../../../../api/trace/span-context.ts';
import { getSpanContext } from '../../../../api/trace/span-in-context.ts';
import { TraceFlags } from '../../../../api/trace/trace-flags.ts';
import { readOtEntry } from '../ot-trace-state.ts';
import type { Sampler } from '../sampler.ts';
import { fullThreshold, randomnessOf } from '../threshold.ts';
import {
  type ComposableSampler,
  checkedComposable,
  NO_THRESHOLD,
  type SamplingIntent,
} from './composable-sampler.ts';

class ParentThreshold implements ComposableSampler {
  readonly #root: ComposableSampler;

  constructor(root: ComposableSampler) {
    this.#root = root;
  }

  getSamplingIntent(...args: Parameters<Sampler['shouldSample']>): SamplingIntent {
    const [context, traceId] = args;
    const parent = getSpanContext(context);
    if (parent === undefined || !isSpanContextValid(parent)) return this.#root.getSamplingIntent(...args);
    const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    const { threshold, randomness } = readOtEntry(parent.traceState);
    if (threshold !== undefined) {
      const full = fullThreshold(threshold);
      // A threshold that contradicts the parent's own flag is a lie or an accident: the flag counts.
      const isConsistent = randomnessOf(randomness, traceId) >= full === isSampled;
      if (isConsistent) return { threshold: BigInt(`0x${full}`), thresholdReliable: true };
    }
    return { threshold: isSampled ? 0n : NO_THRESHOLD, thresholdReliable: false };
  }

  toString(): string {
    return `ComposableParentThresholdSampler{root=${this.#root}}`;
  }
}

/**
 * Does what the parent did and passes its threshold on; spans without a parent are left to `root`
 * (trace/sdk.md#composableparentthreshold).
 * @throws TypeError if `root` is no composable sampler
 */
export function createComposableParentThresholdSampler(root: ComposableSampler): ComposableSampler {
  return new ParentThreshold(checkedComposable('The root of a composable parent threshold sampler', root));
}
