/** The shape of a sampler, as the official API has it. The samplers themselves are the SDK's. */
import type { Attributes } from '../common/attributes.ts';
import type { Context } from '../context/context.ts';
import type { Link } from './span.ts';
import type { SpanKind } from './span-kind.ts';
import type { TraceState } from './trace-state.ts';

/** What becomes of a span. */
export const SamplingDecision = {
  /** Nothing is recorded, nothing exported. */
  NOT_RECORD: 0,
  /** Processors see the span, exporters don't; the sampled flag is not set. */
  RECORD: 1,
  /** Recorded and exported; the sampled flag is set. */
  RECORD_AND_SAMPLED: 2,
  0: 'NOT_RECORD',
  1: 'RECORD',
  2: 'RECORD_AND_SAMPLED',
} as const;
export type SamplingDecision = 0 | 1 | 2;

/** A sampler's answer. */
export interface SamplingResult {
  decision: SamplingDecision;
  /** Added to the span. */
  attributes?: Readonly<Attributes>;
  /** Replaces the parent's. */
  traceState?: TraceState;
}

/** Decides, before a span is made, what becomes of it. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  /** Names the sampler and its settings. */
  toString(): string;
}
