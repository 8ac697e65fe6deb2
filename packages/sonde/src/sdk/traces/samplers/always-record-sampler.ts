/** The sampler that lets span processors see every span and leaves exporting to another. */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { Context } from '../../../api/context/context.ts';
import type { Link } from '../../../api/trace/span.ts';
import type { SpanKind } from '../../../api/trace/span-kind.ts';
import { shown } from '../../../internal/shown.ts';
import {
  type FastSampler,
  fastSampler,
  readsFlagBits,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from './sampler.ts';

/**
 * Records the spans that `root` would drop, without sampling them: processors that make metrics of spans see all of
 * them, exporters only what `root` samples (trace/sdk.md, "AlwaysRecord").
 */
export class AlwaysRecordSampler implements Sampler {
  /** @internal */
  readonly needsTraceId: boolean;
  /** @internal */
  readonly decidesFor: FastSampler['decidesFor'];
  /** @internal */
  readonly readsFlagBits: boolean;
  /** @internal */
  readonly root: Sampler;
  /** @internal */
  readonly fastRoot: FastSampler | undefined;

  /** @throws TypeError if `root` is no sampler */
  constructor(root: Sampler) {
    if (typeof root?.shouldSample !== 'function') {
      throw new TypeError(`The root of an AlwaysRecordSampler must be a sampler, not ${shown(root)}.`);
    }
    this.root = root;
    this.readsFlagBits = readsFlagBits(root);
    this.fastRoot = fastSampler(root);
    this.needsTraceId = this.fastRoot?.needsTraceId === true;
    this.decidesFor = this.fastRoot && AlwaysRecordSampler.prototype.shouldSample;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.root.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    return result.decision === SamplingDecision.NOT_RECORD
      ? { ...result, decision: SamplingDecision.RECORD }
      : result;
  }

  /** @internal */
  decide(
    parentFlags: number,
    parentIsRemote: boolean,
    traceIdLowHigh: number,
    traceIdLowLow: number,
  ): SamplingDecision {
    const decision = (this.fastRoot as FastSampler).decide(
      parentFlags,
      parentIsRemote,
      traceIdLowHigh,
      traceIdLowLow,
    );
    return decision === SamplingDecision.NOT_RECORD ? SamplingDecision.RECORD : decision;
  }

  toString(): string {
    return `AlwaysRecordSampler{${this.root}}`;
  }
}

/** `new AlwaysRecordSampler(root)` under the name that the official SDK has for it. */
export function createAlwaysRecordSampler(root: Sampler): Sampler {
  return new AlwaysRecordSampler(root);
}
