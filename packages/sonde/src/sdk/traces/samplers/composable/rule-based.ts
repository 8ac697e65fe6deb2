/** The composable sampler that asks the first of its rules that fits. */

import { shown } from '../../../../internal/shown.ts';
import type { Sampler } from '../sampler.ts';
import {
  type ComposableSampler,
  checkedComposable,
  NO_THRESHOLD,
  type SamplingIntent,
} from './composable-sampler.ts';

/** Whether a rule is meant for the span that would be started with these arguments. Must not be random. */
export type SamplingPredicate = (...args: Parameters<Sampler['shouldSample']>) => boolean;

/** For which spans, and who says what is wanted for them. */
export interface SamplingRule {
  readonly predicate: SamplingPredicate;
  readonly sampler: ComposableSampler;
}

const NOT_SAMPLED: SamplingIntent = { threshold: NO_THRESHOLD, thresholdReliable: false };

class RuleBased implements ComposableSampler {
  readonly #rules: readonly SamplingRule[];

  constructor(rules: readonly SamplingRule[]) {
    this.#rules = rules;
  }

  getSamplingIntent(...args: Parameters<Sampler['shouldSample']>): SamplingIntent {
    const rule = this.#rules.find(({ predicate }) => predicate(...args));
    return rule === undefined ? NOT_SAMPLED : rule.sampler.getSamplingIntent(...args);
  }

  toString(): string {
    return `ComposableRuleBasedSampler{${this.#rules.map(({ sampler }) => String(sampler)).join(', ')}}`;
  }
}

/**
 * Asks the sampler of the first rule whose predicate says yes; where none does, the span is not sampled
 * (trace/sdk.md#composablerulebased).
 * @throws TypeError for a rule without a predicate or a composable sampler, naming its place
 */
export function createComposableRuleBasedSampler(rules: readonly SamplingRule[]): ComposableSampler {
  if (!Array.isArray(rules)) throw new TypeError(`rules must be an array of rules, not ${shown(rules)}`);
  rules.forEach((rule: SamplingRule, index) => {
    if (typeof rule?.predicate !== 'function') {
      throw new TypeError(`rules[${index}].predicate must be a function, not ${shown(rule?.predicate)}`);
    }
    checkedComposable(`rules[${index}].sampler`, rule.sampler);
  });
  return new RuleBased([...rules]);
}
