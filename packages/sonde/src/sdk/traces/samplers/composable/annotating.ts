/** The composable sampler that leaves the decision to another and marks what is sampled. */
import type { Attributes } from '../../../../api/common/attributes.ts';
import { shown } from '../../../../internal/shown.ts';
import type { Sampler } from '../sampler.ts';
import { type ComposableSampler, checkedComposable, type SamplingIntent } from './composable-sampler.ts';

class Annotating implements ComposableSampler {
  readonly #attributes: Attributes;
  readonly #delegate: ComposableSampler;

  constructor(attributes: Attributes, delegate: ComposableSampler) {
    this.#attributes = attributes;
    this.#delegate = delegate;
  }

  getSamplingIntent(...args: Parameters<Sampler['shouldSample']>): SamplingIntent {
    const intent = this.#delegate.getSamplingIntent(...args);
    return { ...intent, attributes: { ...intent.attributes, ...this.#attributes } };
  }

  toString(): string {
    return `ComposableAnnotatingSampler{${Object.keys(this.#attributes).join(', ')}, ${this.#delegate}}`;
  }
}

/**
 * What `delegate` wants, and these attributes on every span that is sampled (trace/sdk.md#composableannotating).
 * @throws TypeError if `delegate` is no composable sampler or `attributes` no object
 */
export function createComposableAnnotatingSampler(
  attributes: Attributes,
  delegate: ComposableSampler,
): ComposableSampler {
  if (typeof attributes !== 'object' || attributes === null) {
    throw new TypeError(`attributes must be an object, not ${shown(attributes)}`);
  }
  return new Annotating({ ...attributes }, checkedComposable('A composable annotating sampler', delegate));
}
