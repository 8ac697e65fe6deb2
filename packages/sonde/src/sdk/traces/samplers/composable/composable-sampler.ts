/** Samplers that combine: they say what they intend, and a composite sampler decides (trace/sdk.md#compositesampler). */
import type { Attributes } from '../../../../api/common/attributes.ts';
import type { TraceState } from '../../../../api/trace/trace-state.ts';
import { shown } from '../../../../internal/shown.ts';
import type { Sampler } from '../sampler.ts';

/** The threshold of an intent not to sample. */
export const NO_THRESHOLD = -1n;

/** What a composable sampler wants for a span. */
export interface SamplingIntent {
  /** Sampled are traces whose randomness, a number below 2^56, is at least this; {@link NO_THRESHOLD} samples none. */
  readonly threshold: bigint;
  /** Whether the threshold says how many spans a sampled one stands for, so that it may be passed on. */
  readonly thresholdReliable: boolean;
  /** Added to the span if it is sampled. */
  readonly attributes?: Attributes | undefined;
  /**
   * Makes the tracestate of the span from that of its parent, before the threshold is written.
   * @param isSampled the decision
   */
  readonly updateTraceState?:
    | ((traceState: TraceState | undefined, isSampled: boolean) => TraceState | undefined)
    | undefined;
}

/** A sampler to be used inside others; `createCompositeSampler` makes a Sampler of it. */
export interface ComposableSampler {
  /** What it wants for the span that would be started with these arguments, those of `Sampler.shouldSample`. */
  getSamplingIntent(...args: Parameters<Sampler['shouldSample']>): SamplingIntent;
  /** A short description with its settings. */
  toString(): string;
}

/** @throws TypeError when `sampler` is none, naming who was given it */
export function checkedComposable(owner: string, sampler: ComposableSampler): ComposableSampler {
  if (typeof sampler?.getSamplingIntent === 'function') return sampler;
  throw new TypeError(
    `${owner} must be given a composable sampler, with getSamplingIntent(), not ${shown(sampler)}`,
  );
}
