/**
 * The sampler that keeps a share of the traces, chosen by trace id.
 *
 * A trace is kept when the last 8 bytes of its id, read as an unsigned number and shifted right by one, are less than
 * ratio * 2^63. The specification leaves the function open until ProbabilitySampler takes its place; this one is that
 * of the Go, Rust, Ruby and Python SDKs, so that services in those languages and this one, at the same ratio, keep
 * the same traces. The official JavaScript SDK folds all four words of the id and agrees with nobody.
 */

import { shown } from '../../../internal/shown.ts';
import { type FastSampler, type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

/**
 * Samples the share `ratio` of all traces, whatever the parent says: as the root of a ParentBasedSampler it decides
 * once per trace. Deterministic: what a ratio keeps is kept by every greater ratio (trace/sdk.md, "TraceIdRatioBased").
 */
export class TraceIdRatioBasedSampler implements Sampler {
  /** @internal */
  readonly needsTraceId: boolean = true;
  /** @internal */
  readonly decidesFor: FastSampler['decidesFor'] = TraceIdRatioBasedSampler.prototype.shouldSample;
  /** @internal */
  readonly ratio: number;
  /** The bound ratio * 2^63 as its upper 32 and lower 31 bits. @internal */
  readonly boundHigh: number;
  /** @internal */
  readonly boundLow: number;

  /**
   * @param ratio from 0 (no trace) to 1 (every trace), default 0
   * @throws RangeError if the ratio is not a number from 0 to 1
   */
  constructor(ratio: number = 0) {
    if (typeof ratio !== 'number' || !(ratio >= 0 && ratio <= 1)) {
      throw new RangeError(
        `The ratio of a TraceIdRatioBasedSampler must be a number from 0 to 1, not ${shown(ratio)}.`,
      );
    }
    this.ratio = ratio === 0 ? 0 : ratio;
    const bound = Math.floor(ratio * 2 ** 63);
    this.boundHigh = Math.floor(bound / 2 ** 31);
    this.boundLow = bound % 2 ** 31;
  }

  shouldSample(_context: unknown, traceId: string): SamplingResult {
    const high = Number.parseInt(traceId.slice(16, 24), 16);
    const low = Number.parseInt(traceId.slice(24, 32), 16);
    // What is not hexadecimal is no trace id, and no trace is kept for it.
    if (Number.isNaN(high) || Number.isNaN(low)) return { decision: SamplingDecision.NOT_RECORD };
    return { decision: this.decide(-1, false, high | 0, low | 0) };
  }

  /** @internal */
  decide(_flags: number, _remote: boolean, traceIdLowHigh: number, traceIdLowLow: number): SamplingDecision {
    const high = traceIdLowHigh >>> 0;
    const kept = high < this.boundHigh || (high === this.boundHigh && traceIdLowLow >>> 1 < this.boundLow);
    return kept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
  }

  toString(): string {
    return `TraceIdRatioBased{${this.ratio}}`;
  }
}
